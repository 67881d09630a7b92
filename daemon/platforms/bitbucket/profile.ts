import { createHash, type KeyObject } from 'node:crypto';
import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';

/** The form of Bitbucket's key ids is not documented: this is one that was seen. */
function computeKid(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return `identity/pipelines/${createHash('sha256').update(der).digest('hex').slice(0, 8)}`;
}

/**
 * Bitbucket Pipelines' issuer of one workspace (docs: Integrate Pipelines with resource servers using OIDC): neither `nbf`
 * nor `jti`. That a token lives an hour is what samples show; Atlassian does not say it.
 */
export const bitbucketProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'bitbucket',
  kidOf: computeKid,
  jwksPath: '/keys.json',
  headerOf: ({ alg, kid }) => ({ kid, typ: 'JWT', alg }),
  notBeforeOffsetSeconds: null,
  jtiOf: null,
};
