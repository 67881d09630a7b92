import { createHash, type KeyObject } from 'node:crypto';
import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';
import { computeSpkiKid } from '../../issuer/thumbprint.ts';
import { findRealIssuer } from './cluster.ts';

const DOCUMENT_MAX_AGE_SECONDS = 3_600;

/** Miren names an RSA key by its SubjectPublicKeyInfo, but an Ed25519 key by its 32 raw bytes. */
function computeMirenKid(publicKey: KeyObject): string {
  if (publicKey.asymmetricKeyType !== 'ed25519') return computeSpkiKid(publicKey);
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return createHash('sha256').update(raw).digest('base64url');
}

/** A Miren cluster: an issuer of its own for its sandboxes. */
export const mirenProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'miren',
  algorithms: ['RS256', 'EdDSA'],
  // Clusters from before RS256 keep their Ed25519 key in the JWKS.
  legacyAlgorithms: ['EdDSA'],
  directoryVerifiesOnly: true,
  kidOf: computeMirenKid,
  jwksPath: '/.well-known/miren/jwks',
  jwksContentType: 'application/jwk-set+json',
  documentMaxAgeSeconds: DOCUMENT_MAX_AGE_SECONDS,
  cacheControl: `public, max-age=${DOCUMENT_MAX_AGE_SECONDS}`,
  minTtlSeconds: 60,
  audienceForm: 'list',
  defaultAudience: () => ['miren'],
  realIssuerOf: findRealIssuer,
  discovery: (algorithms) => ({
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: algorithms,
  }),
};
