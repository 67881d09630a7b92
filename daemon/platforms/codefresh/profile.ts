import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';

/**
 * Codefresh's issuer (docs: OIDC in pipelines): five minutes, neither `nbf` nor `jti`. Where its keys lie is not
 * documented: discovery says.
 */
export const codefreshProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'codefresh',
  defaultTtlSeconds: 300,
  headerOf: ({ alg, kid }) => ({ alg, typ: 'JWT', kid }),
  notBeforeOffsetSeconds: null,
  jtiOf: null,
};
