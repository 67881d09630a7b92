import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';
import { computeHexKid } from '../../issuer/thumbprint.ts';

/** Buildkite's issuer: 5 minutes unless a lifetime is asked for, no `jti` (docs: buildkite-agent oidc). */
export const buildkiteProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'buildkite',
  kidOf: (publicKey) => computeHexKid(publicKey, 40),
  defaultTtlSeconds: 300,
  jtiOf: null,
  audienceForm: 'text',
};
