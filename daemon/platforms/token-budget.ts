import { MintmarkError } from '../problem.ts';

/** More than any honest job asks for; each leaves a record that is kept. */
export const TOKENS_AN_HOUR = 10_000;

/** How many tokens each run may still ask for: so many at once, and as many again every hour. */
export interface TokenBudget {
  /** @throws MintmarkError `too_many_requests` when the run has spent what it has */
  require(run: object): void;
  charge(run: object): void;
}

/** Keeps count as long as somebody has the run. @param nowMs time of the machine, ms since the epoch */
export function createTokenBudget(nowMs: () => number): TokenBudget {
  const accounts = new WeakMap<object, { readonly left: number; readonly at: number }>();

  const read = (run: object): number => {
    const account = accounts.get(run);
    if (account === undefined) return TOKENS_AN_HOUR;
    // The machine's time may be set back.
    const hours = Math.max(0, nowMs() - account.at) / 3_600_000;
    return Math.min(TOKENS_AN_HOUR, account.left + hours * TOKENS_AN_HOUR);
  };

  return {
    require(run) {
      if (read(run) >= 1) return;
      throw new MintmarkError('too_many_requests', `A job gets at most ${TOKENS_AN_HOUR} tokens an hour`);
    },
    charge(run) {
      accounts.set(run, { left: read(run) - 1, at: nowMs() });
    },
  };
}
