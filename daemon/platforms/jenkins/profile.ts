import { hash, type KeyObject } from 'node:crypto';
import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';

/** A key is named as its credential, and a credential that nobody named has a UUID; here it is made of the key. */
function computeKid(publicKey: KeyObject): string {
  const hex = hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * The issuer of Jenkins's OpenID Connect Provider plugin (jenkinsci/oidc-provider-plugin, `Keys.java` and
 * `IdTokenCredentials.java`): an hour unless it is configured otherwise, neither `nbf` nor `jti`, `aud` a list.
 */
export const jenkinsProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'jenkins',
  algorithms: ['RS256', 'ES256', 'ES384'],
  kidOf: computeKid,
  jwksPath: '/jwks',
  headerOf: ({ alg, kid }) => ({ kid, typ: 'JWT', alg }),
  notBeforeOffsetSeconds: null,
  jtiOf: null,
  audienceForm: 'list',
  discovery: (algorithms) => ({
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: algorithms,
    // Nobody signs in to Jenkins here, but the members are required (OpenID Connect Discovery 1.0 §3).
    authorization_endpoint: 'https://unimplemented',
    token_endpoint: 'https://unimplemented',
  }),
};
