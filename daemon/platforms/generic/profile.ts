import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';

/** An issuer with no platform's peculiarities: whatever is asked for within RFC 7519 is signed. */
export const genericProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'generic',
  algorithms: ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'],
  jwksPath: '/.well-known/jwks.json',
  discovery: (algorithms) => ({
    ...COMMON_PROFILE.discovery(algorithms),
    claims_supported: ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'],
  }),
};
