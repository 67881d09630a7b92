import type { VerificationKey } from '../verify/keys.ts';
import type { KeyEntry } from './keyring.ts';

/** A signing key as the verifier sees it: one that must not count any more stays, with the reason (RFC 8725 §3.1). */
export function toVerificationKey({ row, alg, publicKey }: KeyEntry): VerificationKey {
  return { kid: row.kid, algorithms: [alg], publicKey, fault: findFault(row.state) };
}

function findFault(state: KeyEntry['row']['state']): VerificationKey['fault'] {
  if (state === 'retired') return { code: 'key_retired', detail: 'The key that signed this token was retired' };
  if (state === 'revoked') return { code: 'key_revoked', detail: 'The key that signed this token was revoked' };
  return null;
}
