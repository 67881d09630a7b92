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

/** What the person has asked, and the answer; none while the daemon is away. */
interface Asked {
  readonly expect: Expectation;
  readonly verdict: Verdict | null;
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
  let asked: Asked | null = null;
  let verifying = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts what makes an answer that is still to come unwanted. */
  let epoch = 0;
  /** Did something change while an answer was awaited, which may be older than that? */
  let isMissed = false;
  let isClosed = false;

  const supersede = (next: Asked | null): void => {
    epoch += 1;
    asked = next;
    clearTimeout(timer);
  };
  const ask = async (expect: Expectation): Promise<void> => {
    const mine = epoch;
    const verdict = await session.call('verify', { token, expect });
    if (mine !== epoch) return;
    asked = { expect, verdict };
    clearTimeout(timer);
    if (verdict.changesAt === null) return;
    const wait = Date.parse(verdict.changesAt) - Date.now() + 1;
    if (wait > 0) timer = setTimeout(askAgain, Math.min(wait, LONGEST_WAIT_MS));
  };
  const askAgain = coalesce(
    async () => {
      if (verifying > 0) isMissed = true;
      if (asked === null || verifying > 0 || session.state.kind !== 'running') return;
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
      // What a daemon said that is away is no verdict any more. When it comes back it is asked again.
      if (kind === 'running') askAgain();
      else supersede(kind === 'reconnecting' && asked !== null ? { ...asked, verdict: null } : null);
      changed.fire();
    }),
    new Disposable(() => {
      isClosed = true;
      supersede(null);
    }),
    changed,
  ];
  return {
    judge() {
      const watched = watches.pinned.find((pinned) => pinned.token === token) ?? null;
      const state = { watched, verifying: verifying > 0 };
      if (asked !== null) return { ...asked, ...state, live: asked.verdict?.provenance === 'local-issuer' };
      // Of a watched token only what it is watched against: another verdict would be shown as the answer to that.
      const verdict = watched === null ? watches.verdictOf(token) : watched.verdict;
      return { ...state, verdict, expect: watched?.expect ?? null, live: verdict?.provenance === 'local-issuer' };
    },
    async verify(expect) {
      if (isClosed) return;
      epoch += 1;
      verifying += 1;
      changed.fire();
      try {
        await ask(expect);
      } catch (error) {
        isMissed = true;
        throw error;
      } finally {
        verifying -= 1;
        if (verifying === 0 && isMissed) {
          isMissed = false;
          askAgain();
        }
        changed.fire();
      }
    },
    forget() {
      supersede(null);
      changed.fire();
    },
    onDidChange: changed.event,
    dispose: () => Disposable.from(...parts).dispose(),
  };
}
