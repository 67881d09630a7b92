import type { LiveChannel } from '../../client/open-live.ts';
import { MintmarkError } from '../../problem.ts';
import type { Session } from '../session.ts';

/** A restart of the daemon takes less; what is gone for longer is not coming back. */
const LONGEST_LOSS_MS = 30_000;

/**
 * Opens the live channel for a command that follows something, and ends when `work` has called `done`.
 *
 * @throws MintmarkError `daemon_unreachable` when the daemon stays away for 30 s
 */
export async function followLive(
  session: Session,
  work: (live: LiveChannel, done: (exitCode: number) => void) => Promise<void>,
): Promise<number> {
  const { openLive } = await import('../../client/open-live.ts');
  let giveUp: NodeJS.Timeout | undefined;
  let abandon: (problem: MintmarkError) => void = () => {};
  const live = await openLive({
    find: () => session.daemon(),
    random: Math.random,
    onLoss: (attempt) => {
      if (attempt === 1) {
        session.tell('the daemon is gone; waiting for it');
        const problem = new MintmarkError('daemon_unreachable', 'the daemon did not come back');
        giveUp = setTimeout(() => abandon(problem), LONGEST_LOSS_MS);
      } else if (attempt === 0) {
        clearTimeout(giveUp);
        session.tell('the daemon is back');
      }
    },
  });
  try {
    return await new Promise<number>((resolve, reject) => {
      abandon = reject;
      work(live, resolve).catch(reject);
    });
  } finally {
    clearTimeout(giveUp);
    live.close();
  }
}
