import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';
import { CLAIMS } from './claims.ts';

/**
 * The issuer of Forgejo 15 (docs: Actions, Security OpenID Connect; its `routers/api/actions`): an hour, keys named by
 * their thumbprint, no `jti`. An instance may choose another life or algorithm.
 */
export const forgejoProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'forgejo',
  jwksPath: '/.well-known/keys',
  defaultTtlSeconds: 3_600,
  jtiOf: null,
  audienceForm: 'text',
  discovery: (algorithms) => ({
    subject_types_supported: ['public'],
    response_types_supported: ['id_token'],
    claims_supported: ['sub', 'aud', 'exp', 'iat', 'iss', 'nbf', ...Object.keys(CLAIMS)],
    id_token_signing_alg_values_supported: algorithms,
    scopes_supported: ['openid'],
  }),
};
