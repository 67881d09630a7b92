import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';
import { computeHexKid } from '../../issuer/thumbprint.ts';

/**
 * Google's issuer as a metadata server uses it: an hour, neither `nbf` nor `jti`. Its
 * discovery names more, all for people who sign in.
 */
export const googleMetadataProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'google-metadata',
  kidOf: (publicKey) => computeHexKid(publicKey, 40),
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
