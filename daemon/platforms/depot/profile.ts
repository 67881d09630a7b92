import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';

/**
 * Depot CI's issuer (docs: OIDC with Depot CI): 5 minutes, `aud` always a list, neither `nbf` nor `jti`. LOW: what its
 * discovery says beyond the path of the keys, and how it names them.
 */
export const depotProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'depot',
  jwksPath: '/keys',
  defaultTtlSeconds: 300,
  notBeforeOffsetSeconds: null,
  jtiOf: null,
  audienceForm: 'list',
};
