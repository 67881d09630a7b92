import { createHash, type KeyObject } from 'node:crypto';
import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';

/** A UUID made of the key: CircleCI's key ids have that form. */
function computeKid(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const hex = createHash('sha256').update(der).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** CircleCI's issuer of one organization: an hour, neither `nbf` nor `jti` (docs: OpenID Connect tokens). */
export const circleciProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'circleci',
  kidOf: computeKid,
  jwksPath: '/.well-known/jwks-pub.json',
  notBeforeOffsetSeconds: null,
  jtiOf: null,
};
