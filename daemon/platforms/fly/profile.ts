import { createHash, type KeyObject } from 'node:crypto';
import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';

/** 40 hex digits made of the key: Fly's key ids have that form. */
function computeKid(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, 40);
}

/** Fly.io's issuer of one organization: 10 minutes, as in its example; its text says 10 to 15 (docs: OpenID Connect). */
export const flyProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'fly',
  kidOf: computeKid,
  defaultTtlSeconds: 600,
  audienceForm: 'text',
};
