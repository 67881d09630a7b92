import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';
import { computeHexKid } from '../../issuer/thumbprint.ts';

/**
 * Bitbucket Pipelines' issuer of one workspace (docs: Integrate Pipelines with resource servers using OIDC): neither
 * `nbf` nor `jti`. That a token lives an hour is what samples show; Atlassian does not say it.
 */
export const bitbucketProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'bitbucket',
  // The form of Bitbucket's key ids is not documented: this is one that was seen.
  kidOf: (publicKey) => `identity/pipelines/${computeHexKid(publicKey, 8)}`,
  jwksPath: '/keys.json',
  headerOf: ({ alg, kid }) => ({ kid, typ: 'JWT', alg }),
  notBeforeOffsetSeconds: null,
  jtiOf: null,
};
