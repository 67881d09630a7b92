import type { CancellationToken } from 'vscode';
import type { Key } from '../../../daemon/protocol/resources.ts';
import type { DaemonSession } from '../../daemon/session.ts';

export interface StagedWait {
  readonly session: Pick<DaemonSession, 'issuers' | 'onDidChangeIssuers'>;
  readonly slug: string;
  /** The key as it was when its time was set. */
  readonly planned: Pick<Key, 'kid' | 'signsFrom'>;
  /** How long it then had until that time. */
  readonly seconds: number;
  readonly token: CancellationToken;
  /** Called at first and then every second with the seconds that are left, and those of the whole wait. */
  readonly onSecond: (left: number, total: number) => void;
}

/**
 * `signs`: the daemon let the key sign, or somebody did before. `over`: its plan was taken back, or the key is gone.
 * `due`: the time has come by this clock, but nobody says that the key signs: the daemon does not run, or its clock
 * stands.
 */
export type StagedOutcome =
  | { readonly kind: 'signs'; readonly key: Key }
  | { readonly kind: 'cancelled' | 'over' | 'due' };

/** How long the news of a key that is due may take, seconds. */
const GRACE_SECONDS = 5;

/** Watches a planned key until it signs, or will not by itself, or the person ends the wait. */
export function waitStaged(wait: StagedWait): Promise<StagedOutcome> {
  const { session, slug, planned, token, onSecond } = wait;
  return new Promise((resolve) => {
    const startMs = Date.now();
    let totalMs = wait.seconds * 1_000;
    let lateSeconds = 0;
    let wasSeen = false;
    let wasPlanned = false;
    let isOver = false;

    const end = (outcome: StagedOutcome): void => {
      isOver = true;
      clearInterval(timer);
      for (const each of [changed, cancelled]) each.dispose();
      resolve(outcome);
    };
    const tick = (): void => {
      const left = Math.max(0, Math.round((startMs + totalMs - Date.now()) / 1_000));
      lateSeconds = left > 0 ? 0 : lateSeconds + 1;
      if (lateSeconds > GRACE_SECONDS) end({ kind: 'due' });
      else onSecond(left, Math.max(left, totalMs / 1_000, 1));
    };
    const look = (): void => {
      // While it is not connected the session knows no issuer at all.
      if (session.issuers.length === 0) return;
      const issuer = session.issuers.find((each) => each.slug === slug);
      const key = issuer?.keys.find(({ kid }) => kid === planned.kid);
      if (key === undefined) {
        // The news of a key that was just published may still be on its way; its issuer was there before.
        if (wasSeen || issuer === undefined) end({ kind: 'over' });
      } else if (key.state !== 'next') {
        end(key.state === 'active' ? { kind: 'signs', key } : { kind: 'over' });
      } else if (key.signsFrom === null) {
        // So may be the news of its plan.
        if (wasPlanned) end({ kind: 'over' });
      } else {
        wasPlanned = true;
        // From one of the daemon's instants to another: its clock may be ahead of this one.
        const shiftMs = planned.signsFrom === null ? 0 : Date.parse(key.signsFrom) - Date.parse(planned.signsFrom);
        totalMs = wait.seconds * 1_000 + shiftMs;
      }
      wasSeen ||= key !== undefined;
    };

    const timer = setInterval(tick, 1_000);
    const changed = session.onDidChangeIssuers(look);
    const cancelled = token.onCancellationRequested(() => end({ kind: 'cancelled' }));
    look();
    if (!isOver) tick();
  });
}
