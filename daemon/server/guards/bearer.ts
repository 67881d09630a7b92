import { hash, timingSafeEqual } from 'node:crypto';
import { MintmarkError } from '../../problem.ts';
import { createAllowance } from './allowance.ts';

/** RFC 6750 §2.1, with a bound; RFC 9110 §11.1: the scheme is case-insensitive. */
const BEARER = /^bearer +([\w.~+/-]{1,512}=*)$/i;

/** Refused credentials that one budget answers at once, and how many a second it takes back. */
const REFUSALS_AT_ONCE = 20;
const REFUSALS_PER_SECOND = 10;

const NEEDED = 'A valid control token is required: daemon.json in the state directory has that of this run';

export interface Doorkeeper {
  /**
   * Passes the control token and nothing else. A wrong one costs from a budget that all callers share; the right one is
   * looked at first, so that its holder is served whatever others try.
   *
   * @throws MintmarkError `unauthorized`; `too_many_requests` when the budget is spent.
   */
  admit(presented: string | null): void;
}

/** `monotonicMs` counts up whatever happens to the wall clock. */
export function createDoorkeeper(controlToken: string, monotonicMs: () => number): Doorkeeper {
  const expected = digest(controlToken);
  const chargeRefusal = createRefusalBudget(monotonicMs);

  return {
    admit(presented) {
      // Digests have one length, so that neither the length nor a common prefix shows in the time taken.
      if (presented !== null && timingSafeEqual(digest(presented), expected)) return;
      chargeRefusal();
      throw new MintmarkError('unauthorized', NEEDED);
    },
  };
}

/**
 * Makes what each refused credential is charged with, so that guessing is slow whoever guesses.
 *
 * @throws MintmarkError (the function that it makes) `too_many_requests` when the budget is spent.
 */
export function createRefusalBudget(monotonicMs: () => number): () => void {
  const take = createAllowance(REFUSALS_AT_ONCE, REFUSALS_PER_SECOND, monotonicMs);
  return () => {
    if (take()) return;
    throw new MintmarkError('too_many_requests', 'Too many wrong credentials: try again in a second');
  };
}

/** The credential of a request: null unless there is exactly one header and it is of the Bearer scheme. */
export function readBearer(authorization: readonly string[]): string | null {
  if (authorization.length !== 1) return null;
  return BEARER.exec(authorization[0] ?? '')?.[1] ?? null;
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
