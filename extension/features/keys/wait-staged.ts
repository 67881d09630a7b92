import type { CancellationToken } from 'vscode';
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
 * Waits until a published key is due to sign. `cancelled` when the person ends the wait, `moot` when the key has been
 * activated, retired or revoked meanwhile, from wherever.
 */
export function waitStaged(wait: StagedWait): Promise<'due' | 'cancelled' | 'moot'> {
  const { session, slug, kid, token, onSecond } = wait;
  return new Promise((resolve) => {
    let left = wait.seconds;
    const end = (outcome: 'due' | 'cancelled' | 'moot'): void => {
      clearInterval(timer);
      for (const each of [changed, cancelled]) each.dispose();
      resolve(outcome);
    };
    const timer = setInterval(() => {
      left -= 1;
      if (left <= 0) end('due');
      else onSecond(left);
    }, 1_000);
    const changed = session.onDidChangeIssuers(() => {
      const key = session.issuers.find((issuer) => issuer.slug === slug)?.keys.find((each) => each.kid === kid);
      if (key !== undefined && key.state !== 'next') end('moot');
    });
    const cancelled = token.onCancellationRequested(() => end('cancelled'));
    onSecond(left);
  });
}
