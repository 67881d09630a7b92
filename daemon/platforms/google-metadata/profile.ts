import { createHash, type KeyObject } from 'node:crypto';
import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';

/** 40 hex digits made of the key: Google's key ids have that form. */
function computeKid(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, 40);
}

/**
 * Google's issuer as a metadata server uses it: an hour, neither `nbf` nor `jti`. Its discovery names more, all for people
 * who sign in.
 */
export const googleMetadataProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'google-metadata',
  kidOf: computeKid,
  jwksPath: '/oauth2/v3/certs',
  notBeforeOffsetSeconds: null,
  jtiOf: null,
  audienceForm: 'text',
  discovery: (algorithms) => ({
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: algorithms,
    scopes_supported: ['openid', 'email', 'profile'],
    claims_supported: ['aud', 'email', 'email_verified', 'exp', 'iat', 'iss', 'sub'],
  }),
};
