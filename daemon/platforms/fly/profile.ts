import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';
import { computeHexKid } from '../../issuer/thumbprint.ts';

/**
 * Fly.io's issuer of one organization: 10 minutes, as in its example; its text says 10 to 15 (docs: OpenID Connect).
 */
export const flyProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'fly',
  kidOf: (publicKey) => computeHexKid(publicKey, 40),
  defaultTtlSeconds: 600,
  audienceForm: 'text',
};
