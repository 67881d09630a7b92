import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';
import { computeUuidKid } from '../../issuer/thumbprint.ts';

/** CircleCI's issuer of one organization: an hour, neither `nbf` nor `jti` (docs: OpenID Connect tokens). */
export const circleciProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'circleci',
  kidOf: (publicKey) => computeUuidKid(publicKey, 4),
  jwksPath: '/.well-known/jwks-pub.json',
  notBeforeOffsetSeconds: null,
  jtiOf: null,
};
