import type { IssuerProfile } from '../../issuer/profile.ts';
import { computeSpkiKid } from '../../issuer/thumbprint.ts';

const DOCUMENT_MAX_AGE_SECONDS = 600;

/** SuperPlane, the issuer of execution tokens: RS256 only, keys named by their SubjectPublicKeyInfo. */
export const superplaneProfile: IssuerProfile = {
  platform: 'superplane',
  algorithms: ['RS256'],
  defaultAlgorithm: 'RS256',
  rsaBits: 2048,
  kidOf: computeSpkiKid,
  jwksPath: '/.well-known/jwks.json',
  jwksContentType: 'application/json',
  documentMaxAgeSeconds: DOCUMENT_MAX_AGE_SECONDS,
  cacheControl: `public, max-age=${DOCUMENT_MAX_AGE_SECONDS}, must-revalidate`,
  defaultTtlSeconds: 3_600,
  minTtlSeconds: 1,
  maxTtlSeconds: 86_400,
  defaultSubject: 'local:developer',
  // What SuperPlane's signer writes when it is given no audience.
  defaultAudience: () => 'superplane',
  discovery: (algorithms) => ({
    id_token_signing_alg_values_supported: algorithms,
    subject_types_supported: ['public'],
    response_types_supported: ['id_token'],
  }),
};
