import { Disposable, type Event, EventEmitter } from 'vscode';
import { coalesce } from '../../coalesce.ts';
import type { Expectation, Verdict, WatchedToken } from '../../daemon/watch-list.ts';
import type { FeatureContext } from '../../feature-context.ts';

/** What is known about one token, and how it came to be known. */
export interface Judgement {
  readonly verdict: Verdict | null;
  /** What it was held against; null when nothing was asked for. */
  readonly expect: Expectation | null;
  /** Does the verdict follow rotation and revocation, not only time? */
  readonly live: boolean;
  readonly watched: WatchedToken | null;
  readonly verifying: boolean;
}

export interface TokenJudge extends Disposable {
  judge(): Judgement;
  /** Holds the token against what the person expects, now and whenever something changes that could matter. */
  verify(expect: Expectation): Promise<void>;
  /** Forgets what was asked: the verdict is that of the watch again. */
  forget(): void;
  readonly onDidChange: Event<void>;
}

/** Longest wait that a timer can hold, milliseconds. */
const LONGEST_WAIT_MS = 2_147_483_647;

/**
 * Follows the verdict of a token that a page shows. A token of a local issuer is judged live without being asked for,
 * since nothing can be fetched by that; any other only when the person asks.
 */
export function judgeToken(
  { session, watches, log }: Pick<FeatureContext, 'session' | 'watches' | 'log'>,
  token: string,
): TokenJudge {
  const changed = new EventEmitter<void>();
  let asked: { readonly expect: Expectation; readonly verdict: Verdict } | null = null;
  let verifying = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const ask = async (expect: Expectation): Promise<void> => {
    const verdict = await session.call('verify', { token, expect });
    asked = { expect, verdict };
    clearTimeout(timer);
    if (verdict.changesAt === null) return;
    const wait = Date.parse(verdict.changesAt) - Date.now() + 1;
    if (wait > 0) timer = setTimeout(askAgain, Math.min(wait, LONGEST_WAIT_MS));
  };
  const askAgain = coalesce(
    async () => {
      if (asked === null || session.state.kind !== 'running') return;
      await ask(asked.expect);
      changed.fire();
    },
    (error) => log.warn('inspector', error),
  );
  const parts = [
    watches.observe(token),
    watches.onDidChange(() => {
      askAgain();
      changed.fire();
    }),
    session.onDidChangeIssuers(askAgain),
    session.onDidChangeState(({ kind }) => {
      // What a daemon said that is gone is no verdict any more.
      if (kind === 'running') askAgain();
      else if (kind !== 'reconnecting') asked = null;
      changed.fire();
    }),
    new Disposable(() => clearTimeout(timer)),
    changed,
  ];
  return {
    judge() {
      const watched = watches.pinned.find((pinned) => pinned.token === token) ?? null;
      const state = { watched, verifying: verifying > 0 };
      if (asked !== null) return { ...asked, ...state, live: asked.verdict.provenance === 'local-issuer' };
      const verdict = watched?.verdict ?? watches.verdictOf(token);
      return { ...state, verdict, expect: watched?.expect ?? null, live: verdict !== null };
    },
    async verify(expect) {
      verifying += 1;
      changed.fire();
      try {
        await ask(expect);
      } finally {
        verifying -= 1;
        changed.fire();
      }
    },
    forget() {
      asked = null;
      clearTimeout(timer);
      changed.fire();
    },
    onDidChange: changed.event,
    dispose: () => Disposable.from(...parts).dispose(),
  };
}
