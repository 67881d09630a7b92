import { changeKeys } from './change-keys.ts';
import type { IssuerContext } from './context.ts';
import { isOverdue, type PlannedStep, planSteps } from './key-plan.ts';
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
 * are published and later sign, and so do published ones at the time that was planned. What is due follows from the
 * stored rows alone. A step that fails keeps no other step of its issuer from its time; it is tried again after a
 * while, or when the issuer's keys have changed.
 */
export function startKeySchedule(context: IssuerContext): KeySchedule {
  const { clock, keyring } = context;
  const publishing = new Set<number>();
  /** By issuer, then by step. */
  const retryAt = new Map<number, Map<string, number>>();
  let cancel: (() => void) | undefined;
  let isStopped = false;

  const arm = (): void => {
    cancel?.();
    cancel = undefined;
    if (isStopped) return;
    let at = Infinity;
    for (const issuer of keyring.all()) {
      for (const step of planSteps(issuer)) at = Math.min(at, timeOf(issuer, step));
    }
    if (at !== Infinity) cancel = clock.schedule(at, applyDue);
  };

  const timeOf = ({ row: { id } }: IssuerEntry, step: PlannedStep): number => {
    if (step.kind === 'publish' && publishing.has(id)) return Infinity;
    return Math.max(step.at, retryAt.get(id)?.get(nameStep(step)) ?? step.at);
  };

  const postpone = ({ row: { id } }: IssuerEntry, step: PlannedStep, cause: unknown): void => {
    const retries = retryAt.get(id) ?? new Map<string, number>();
    retryAt.set(id, retries.set(nameStep(step), clock.now() + RETRY_MS));
    context.report(cause);
  };

  const publishNext = async (issuer: IssuerEntry, step: PlannedStep): Promise<void> => {
    publishing.add(issuer.row.id);
    try {
      const fresh = await generateNewKey(context, issuer.profile, chooseNextAlgorithm(issuer));
      if (!isStopped) changeKeys(context, issuer, (change) => change.publish(fresh));
    } catch (cause) {
      postpone(issuer, step, cause);
    } finally {
      publishing.delete(issuer.row.id);
      arm();
    }
  };

  const applyStep = (issuer: IssuerEntry, step: PlannedStep): void => {
    if (step.kind === 'retire') {
      changeKeys(context, issuer, (change) => {
        for (const key of issuer.keys) if (isOverdue(key, change.now)) change.retire(key.row);
      });
    } else if (step.kind === 'activate') {
      activateStagedKey(context, issuer, step.kid);
    } else {
      void publishNext(issuer, step);
    }
  };

  /** One step of each issuer: it changes what is due after it. */
  const applyDue = (): void => {
    for (const issuer of keyring.all()) {
      const step = planSteps(issuer).find((each) => timeOf(issuer, each) <= clock.now());
      try {
        if (step !== undefined) applyStep(issuer, step);
      } catch (cause) {
        if (step !== undefined) postpone(issuer, step, cause);
      }
    }
    arm();
  };

  const stopListening = context.changes.onChange(({ kind, issuerUrl }) => {
    if (kind === 'token') return;
    const issuer = keyring.byUrl(issuerUrl);
    // Whatever kept a step from being done may be gone.
    if (issuer !== undefined) retryAt.delete(issuer.row.id);
    arm();
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

/** Tells the steps of one issuer apart; all keys that are due to retire do so in one. */
function nameStep(step: PlannedStep): string {
  return step.kind === 'activate' ? `activate ${step.kid}` : step.kind;
}
