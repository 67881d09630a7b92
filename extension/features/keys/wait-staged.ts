import type { CancellationToken } from 'vscode';
import type { Key } from '../../../daemon/protocol/resources.ts';
import type { DaemonSession } from '../../daemon/session.ts';

export interface StagedWait {
  readonly session: Pick<DaemonSession, 'issuers' | 'onDidChangeIssuers'>;
  readonly slug: string;
  readonly kid: string;
  readonly seconds: number;
  readonly token: CancellationToken;
  /** Called at first and then every second with the seconds that are left. */
  readonly onSecond: (left: number) => void;
}

/**
 * `signs`: the daemon let the key sign, or somebody did before. `over`: it was retired or revoked meanwhile, or the time
 * has come and the daemon is not there to say so: it does it at its next start.
 */
export type StagedOutcome = { readonly kind: 'signs'; readonly key: Key } | { readonly kind: 'cancelled' | 'over' };

/** How long the news of a key that is due may take, seconds. */
const GRACE_SECONDS = 5;

/** Watches a published key until it signs, or the person ends the wait. */
export function waitStaged(wait: StagedWait): Promise<StagedOutcome> {
  const { session, slug, kid, token, onSecond } = wait;
  return new Promise((resolve) => {
    let left = wait.seconds;
    const end = (outcome: StagedOutcome): void => {
      clearInterval(timer);
      for (const each of [changed, cancelled]) each.dispose();
      resolve(outcome);
    };
    const timer = setInterval(() => {
      left -= 1;
      if (left <= -GRACE_SECONDS) end({ kind: 'over' });
      else onSecond(Math.max(0, left));
    }, 1_000);
    const look = (): void => {
      const key = session.issuers.find((issuer) => issuer.slug === slug)?.keys.find((each) => each.kid === kid);
      if (key !== undefined && key.state !== 'next')
        end(key.state === 'active' ? { kind: 'signs', key } : { kind: 'over' });
    };
    const changed = session.onDidChangeIssuers(look);
    const cancelled = token.onCancellationRequested(() => end({ kind: 'cancelled' }));
    onSecond(left);
  });
}
