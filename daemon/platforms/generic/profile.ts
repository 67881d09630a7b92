import type { IssuerProfile } from '../../issuer/profile.ts';
import { computeThumbprintKid } from '../../issuer/thumbprint.ts';

const DOCUMENT_MAX_AGE_SECONDS = 600;

/** An issuer with no platform's peculiarities: whatever is asked for within RFC 7519 is signed. */
export const genericProfile: IssuerProfile = {
  platform: 'generic',
  algorithms: ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'],
  defaultAlgorithm: 'RS256',
  rsaBits: 2048,
  kidOf: computeThumbprintKid,
  jwksPath: '/.well-known/jwks.json',
  jwksContentType: 'application/json',
  documentMaxAgeSeconds: DOCUMENT_MAX_AGE_SECONDS,
  cacheControl: `public, max-age=${DOCUMENT_MAX_AGE_SECONDS}, must-revalidate`,
  defaultTtlSeconds: 3_600,
  minTtlSeconds: 1,
  maxTtlSeconds: 86_400,
  defaultSubject: 'local:developer',
  defaultAudience: (issuerUrl) => issuerUrl,
  discovery: (algorithms) => ({
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: algorithms,
    scopes_supported: ['openid'],
    claims_supported: ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'],
  }),
};
