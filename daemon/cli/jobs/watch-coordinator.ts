import { describeCoordinatorFault } from '../../client/prove-coordinator.ts';
import { MintmarkError } from '../../problem.ts';
import { showSafely } from '../../token/safe-text.ts';

export interface CoordinatorWatch {
  /** Takes what became of each attempt to reach it; null: it answered. */
  readonly onContact: (fault: MintmarkError | null) => void;
  readonly isAway: () => boolean;
}

/**
 * Says once that a coordinator has gone, and once that it is back. Its job goes on with the tokens that it has: they
 * live longer than most absences, and nobody here could make others.
 */
export function watchCoordinator(url: URL, tell: (line: string) => void): CoordinatorWatch {
  let away = false;
  return {
    isAway: () => away,
    onContact(fault) {
      if ((fault !== null) === away) return;
      away = fault !== null;
      if (fault === null) {
        tell(`mintmark: the coordinator at ${url.origin} is back`);
        return;
      }
      const problem = describeCoordinatorFault(fault, url);
      const reason = problem instanceof MintmarkError ? problem.message : fault.message;
      const limits =
        'the job gets no more tokens, its token files stay as they are, and it counts as undecided (exit 3)';
      tell(`mintmark: ${showSafely(reason)}: until it is back, ${limits}`);
    },
  };
}
