import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';
import { computeSpkiKid } from '../../issuer/thumbprint.ts';

const DOCUMENT_MAX_AGE_SECONDS = 3_600;

/**
 * A cluster's issuer of service account tokens (docs: Managing Service Accounts): an hour, a list for `aud`, no `typ`.
 */
export const kubernetesProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'kubernetes',
  kidOf: computeSpkiKid,
  jwksPath: '/openid/v1/jwks',
  jwksContentType: 'application/jwk-set+json',
  documentMaxAgeSeconds: DOCUMENT_MAX_AGE_SECONDS,
  cacheControl: `public, max-age=${DOCUMENT_MAX_AGE_SECONDS}`,
  headerOf: ({ alg, kid }) => ({ alg, kid }),
  audienceForm: 'list',
  defaultSubject: 'system:serviceaccount:default:default',
  defaultAudience: (issuerUrl) => [issuerUrl],
  discovery: (algorithms) => ({
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: algorithms,
  }),
};
