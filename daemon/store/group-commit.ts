import { MintmarkError } from '../problem.ts';
import type { CommitSlot, GroupCommit } from './store.ts';

/** A group this large is worth its fsync at once. */
const FULL_GROUP = 32;
/** Longest that a writer waits for others, ms. */
const LINGER_MS = 2;

interface Waiting {
  /** Runs the writer's work inside the group's transaction; its own failure is kept, not thrown. */
  readonly run: () => void;
  /** Tells the writer the outcome, or why the whole group failed. */
  readonly settle: (groupFault: { error: unknown } | null) => void;
}

export interface ClosableGroupCommit extends GroupCommit {
  /** Commits whoever waits now. */
  flush(): void;
}

/**
 * Group commit over any `transaction` whose inner calls roll back alone. Whether all writers under way are waiting is
 * judged at the end of the loop's turn: inside the call that joins, each of several synchronous writers would be alone.
 */
export function createGroupCommit(transaction: <T>(work: () => T) => T): ClosableGroupCommit {
  let reserved = 0;
  let waiting: Waiting[] = [];
  let isJudging = false;
  let linger: NodeJS.Timeout | undefined;

  function judgeAtEndOfTurn(): void {
    if (isJudging || waiting.length === 0) return;
    isJudging = true;
    setImmediate(() => {
      isJudging = false;
      if (waiting.length === 0) return;
      if (waiting.length >= reserved || waiting.length >= FULL_GROUP) flush();
      else linger ??= setTimeout(flush, LINGER_MS);
    });
  }

  function flush(): void {
    clearTimeout(linger);
    linger = undefined;
    const group = waiting;
    if (group.length === 0) return;
    waiting = [];
    reserved -= group.length;
    let groupFault: { error: unknown } | null = null;
    try {
      transaction(() => {
        for (const writer of group) writer.run();
      });
    } catch (error) {
      groupFault = { error };
    }
    for (const writer of group) writer.settle(groupFault);
  }

  function join<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let outcome: { value: T } | { error: unknown } | undefined;
      waiting.push({
        run() {
          try {
            outcome = { value: transaction(work) };
          } catch (error) {
            outcome = { error };
          }
        },
        settle(groupFault) {
          if (outcome !== undefined && 'error' in outcome) reject(outcome.error);
          else if (groupFault !== null) reject(groupFault.error);
          else if (outcome !== undefined) resolve(outcome.value);
        },
      });
      judgeAtEndOfTurn();
    });
  }

  return {
    flush,
    reserve(): CommitSlot {
      reserved += 1;
      let isOpen = true;
      return {
        commit(work) {
          if (!isOpen) throw new MintmarkError('internal', 'A commit slot was used twice');
          isOpen = false;
          return join(work);
        },
        release() {
          if (!isOpen) return;
          isOpen = false;
          reserved -= 1;
          judgeAtEndOfTurn();
        },
      };
    },
  };
}
