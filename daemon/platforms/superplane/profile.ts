import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';
import { computeSpkiKid } from '../../issuer/thumbprint.ts';

/** SuperPlane, the issuer of execution tokens: RS256 only, keys named by their SubjectPublicKeyInfo, no `jti`. */
export const superplaneProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'superplane',
  kidOf: computeSpkiKid,
  jwksPath: '/.well-known/jwks.json',
  jtiOf: null,
  audienceForm: 'text',
  // What SuperPlane's signer writes when it is given no audience.
  defaultAudience: () => 'superplane',
  discovery: (algorithms) => ({
    id_token_signing_alg_values_supported: algorithms,
    subject_types_supported: ['public'],
    response_types_supported: ['id_token'],
  }),
};
