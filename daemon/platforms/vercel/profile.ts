import { hash, type KeyObject } from 'node:crypto';
import { COMMON_PROFILE, type IssuerProfile } from '../../issuer/profile.ts';

/** `mrk-` and 32 hex digits, as Vercel's keys are named. */
function computeKid(publicKey: KeyObject): string {
  return `mrk-${hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'hex').slice(0, 32)}`;
}

/** Vercel's issuer of one team (docs: OIDC Federation Reference): an hour, no `jti`. Its discovery is not documented. */
export const vercelProfile: IssuerProfile = {
  ...COMMON_PROFILE,
  platform: 'vercel',
  kidOf: computeKid,
  headerOf: ({ alg, kid }) => ({ typ: 'JWT', alg, kid }),
  jtiOf: null,
  audienceForm: 'text',
};
