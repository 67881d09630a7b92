import { changeKeys } from './change-keys.ts';
import type { IssuerContext } from './context.ts';
import { isOverdue, planNextStep } from './key-plan.ts';
import type { IssuerEntry } from './keyring.ts';
import { activateStagedKey } from './keys.ts';
import { chooseNextAlgorithm, generateNewKey } from './new-key.ts';

/** A step that failed (a full disk, say) is tried again after this long, ms. */
const RETRY_MS = 60_000;

export interface KeySchedule {
  stop(): void;
}

/**
 * Does at once what became due while nobody ran, then what time brings: superseded keys leave the JWKS, scheduled keys
 * are published and later sign, and so do published ones that were planned to. What is due follows from the stored rows alone.
 */
export function startKeySchedule(context: IssuerContext): KeySchedule {
  const { clock, keyring } = context;
  const publishing = new Set<number>();
  const retryAt = new Map<number, number>();
  let cancel: (() => void) | undefined;
  let isStopped = false;

  const arm = (): void => {
    cancel?.();
    cancel = undefined;
    if (isStopped) return;
    const at = keyring.all().reduce((earliest, issuer) => Math.min(earliest, stepTimeOf(issuer)), Infinity);
    if (at !== Infinity) cancel = clock.schedule(at, applyDue);
  };

  const stepTimeOf = (issuer: IssuerEntry): number => {
    if (publishing.has(issuer.row.id)) return Infinity;
    const at = planNextStep(issuer)?.at ?? Infinity;
    return Math.max(at, retryAt.get(issuer.row.id) ?? at);
  };

  const postpone = (issuer: IssuerEntry, cause: unknown): void => {
    retryAt.set(issuer.row.id, clock.now() + RETRY_MS);
    context.report(cause);
  };

  const publishNext = async (issuer: IssuerEntry): Promise<void> => {
    publishing.add(issuer.row.id);
    try {
      const fresh = await generateNewKey(context, issuer.profile, chooseNextAlgorithm(issuer));
      if (!isStopped) changeKeys(context, issuer, (change) => change.publish(fresh));
    } catch (cause) {
      postpone(issuer, cause);
    } finally {
      publishing.delete(issuer.row.id);
      arm();
    }
  };

  const applyStep = (issuer: IssuerEntry): void => {
    const step = planNextStep(issuer);
    if (step?.kind === 'retire') {
      changeKeys(context, issuer, (change) => {
        for (const key of issuer.keys) if (isOverdue(key, change.now)) change.retire(key.row);
      });
    } else if (step?.kind === 'activate') {
      activateStagedKey(context, issuer, step.kid);
    } else if (step?.kind === 'publish') {
      void publishNext(issuer);
    }
  };

  const applyDue = (): void => {
    for (const issuer of keyring.all()) {
      if (stepTimeOf(issuer) > clock.now()) continue;
      retryAt.delete(issuer.row.id);
      try {
        applyStep(issuer);
      } catch (cause) {
        postpone(issuer, cause);
      }
    }
    arm();
  };

  const stopListening = context.changes.onChange((change) => {
    if (change.kind !== 'token') arm();
  });
  applyDue();

  return {
    stop() {
      isStopped = true;
      stopListening();
      arm();
    },
  };
}
