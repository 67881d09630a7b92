import type { Disposable, Event } from 'vscode';
import type { OperationInput, OperationOutput } from '../../daemon/protocol/operations.ts';

export type Verdict = OperationOutput<'verify'>;
export type Expectation = NonNullable<OperationInput<'verify'>['expect']>;

/** A token under live verification. The token lives in memory only, and only until the watch ends. */
export interface WatchedToken {
  readonly id: string;
  /** For people: `sub` and the end of the `jti`, never token text. */
  readonly label: string;
  readonly token: string;
  readonly expect: Expectation;
  /** Asked for by the person (shown in the view, notified), or only because it is visible in an editor. */
  readonly pinned: boolean;
  /** null until the first verdict arrived, or while the daemon is away. */
  readonly verdict: Verdict | null;
}

/**
 * Live verdicts. `pin` is what *Watch Token* does; `observe` is for tokens that an editor
 * shows: it asks the daemon only about tokens of the daemon's own issuers (no fetch can
 * follow), and is counted, so that two editors share one watch.
 */
export interface WatchList extends Disposable {
  readonly pinned: readonly WatchedToken[];
  pin(token: string, expect: Expectation): Promise<WatchedToken>;
  unpin(id: string): void;
  observe(token: string): Disposable;
  /** The last live verdict of a token that is pinned or observed. */
  verdictOf(token: string): Verdict | null;
  /** Some verdict changed, came or went. */
  readonly onDidChange: Event<void>;
  /** A pinned token turned from accepted to refused. */
  readonly onDidRefuse: Event<WatchedToken>;
}
