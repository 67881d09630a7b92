import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';
import { computeUuidKid } from '../../issuer/thumbprint.ts';

/**
 * The issuer of Jenkins's OpenID Connect Provider plugin (jenkinsci/oidc-provider-plugin, `Keys.java` and
 * `IdTokenCredentials.java`): an hour unless it is configured otherwise, neither `nbf` nor `jti`, `aud` a list.
 */
export const jenkinsProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'jenkins',
  algorithms: ['RS256', 'ES256', 'ES384'],
  // A key is named as its credential, and a credential that nobody named has a UUID.
  kidOf: (publicKey) => computeUuidKid(publicKey, 4),
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
