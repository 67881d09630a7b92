import type { OperationOutput } from '../protocol/operations.ts';
import type { IssuerContext } from './context.ts';

/** Wraps every private key with a new key-encryption key; a crash on the way leaves every key readable. */
export function rotateMasterKey({ store, clock }: IssuerContext): OperationOutput<'master.rotate'> {
  const at = clock.now();
  // Not inside one transaction with its event: the vault drops the old key-encryption key only after its own COMMIT.
  const outcome = store.vault.rotate(at);
  store.transaction(() => {
    store.events.append({ at, name: 'master.rotated', issuerId: null, subject: outcome.id, detail: { ...outcome } });
  });
  return outcome;
}
