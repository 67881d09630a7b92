import { createHash, type KeyObject } from 'node:crypto';
import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';

/** 40 hex digits made of the key: Buildkite's key ids have that form. */
function computeKid(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, 40);
}

/** Buildkite's issuer: 5 minutes unless a lifetime is asked for, no `jti` (docs: buildkite-agent oidc). */
export const buildkiteProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'buildkite',
  kidOf: computeKid,
  defaultTtlSeconds: 300,
  jtiOf: null,
  audienceForm: 'text',
};
