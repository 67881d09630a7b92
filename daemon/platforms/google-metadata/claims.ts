import type { ClaimRule } from '../platform.ts';

/** Google's own claims (docs: Verifying the identity of VMs, "Token contents"). */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  azp: { type: 'string', meaning: 'Number of the service account, as sub.' },
  email: { type: 'string', meaning: 'Address of the service account; only in the full format.' },
  email_verified: { type: 'boolean', meaning: 'Whether the address is verified; only in the full format.' },
  google: { type: 'object', meaning: 'The instance and its project; only in the full format and on Compute Engine.' },
};
