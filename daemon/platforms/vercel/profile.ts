import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';
import { computeHexKid } from '../../issuer/thumbprint.ts';

/**
 * Vercel's issuer of one team (docs: OIDC Federation Reference): an hour, no `jti`. Its discovery is not documented.
 */
export const vercelProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'vercel',
  kidOf: (publicKey) => `mrk-${computeHexKid(publicKey, 32)}`,
  headerOf: ({ alg, kid }) => ({ typ: 'JWT', alg, kid }),
  jtiOf: null,
  audienceForm: 'text',
};
