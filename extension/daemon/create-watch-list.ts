import { Disposable, EventEmitter } from 'vscode';
import { decodeToken } from '../../daemon/token/decode.ts';
import type { LiveSession } from './create-session.ts';
import { labelToken } from './label-token.ts';
import type { Expectation, Verdict, WatchedToken, WatchList } from './watch-list.ts';

/** One token under watch, as this window keeps it. */
interface Entry {
  readonly id: string;
  readonly label: string;
  readonly token: string;
  readonly expect: Expectation;
  readonly pinned: boolean;
  /** Editors that show it; a pinned one needs none. */
  observers: number;
  last: Verdict | null;
  /** What it was when somebody could say: nobody can while its issuer cannot be reached. */
  decided: 'accepted' | 'refused' | null;
  /** The connection that `last` came over: nobody stands behind what another one said. */
  judgedIn: number;
  /** Ends the watch at the daemon; null while there is none. */
  end: (() => void) | null;
  /** The connection that it was asked over: a new one must be asked again. */
  askedIn: number;
}

/**
 * Makes the list of watched tokens of this window. They are in memory only. Of a lost connection it is kept what each
 * token was, so that one which turned meanwhile is told; no verdict is shown until the daemon is back.
 */
export function createWatchList(session: LiveSession, report: (error: unknown) => void): WatchList {
  const changed = new EventEmitter<void>();
  const refused = new EventEmitter<WatchedToken>();
  const entries = new Map<string, Entry>();
  const observed = new Map<string, Entry>();
  let lastId = 0;
  /** Counts connections: the daemon forgets every watch with the connection that it was set over. */
  let connection = 1;
  let connected = session.state.kind === 'running';

  const isAway = (): boolean => session.state.kind !== 'running';

  /** What the daemon says of it now; what it was before stays in `decided`, so that its turning is noticed. */
  const readLive = (entry: Entry | undefined): Verdict | null =>
    isAway() || entry?.judgedIn !== connection ? null : entry.last;

  const show = (entry: Entry): WatchedToken => ({
    id: entry.id,
    label: entry.label,
    token: entry.token,
    expect: entry.expect,
    pinned: entry.pinned,
    verdict: readLive(entry),
  });

  const accept = (entry: Entry, verdict: Verdict): void => {
    const before = entry.decided;
    entry.last = verdict;
    entry.judgedIn = connection;
    if (verdict.status !== 'undecided') entry.decided = verdict.status;
    changed.fire();
    if (entry.pinned && before === 'accepted' && verdict.status === 'refused') {
      refused.fire({ ...show(entry), verdict });
    }
  };

  /**
   * The daemon did not take the watch again: what it said is no longer known to be true. Once the session runs it is
   * asked anew, what it answers then is told like any failure, and a token that was refused meanwhile like any other.
   */
  const forget = (entry: Entry): void => {
    Object.assign(entry, UNASKED);
    changed.fire();
  };

  const ask = async (entry: Entry): Promise<void> => {
    if (isAway() || entry.askedIn === connection) return;
    if (!entry.pinned && !isLocal(entry.token, session.state)) return;
    const mine = connection;
    entry.askedIn = mine;
    const isWanted = (): boolean => entries.has(entry.id) && entry.askedIn === mine;
    try {
      const end = await session.watch(
        { token: entry.token, expect: entry.expect },
        (verdict) => {
          if (isWanted()) accept(entry, verdict);
        },
        () => {
          if (isWanted()) forget(entry);
        },
      );
      if (isWanted()) entry.end = end;
      else end();
    } catch (error) {
      if (isWanted()) entry.askedIn = 0;
      throw error;
    }
  };

  const add = (token: string, expect: Expectation, pinned: boolean): Entry => {
    const id = `watch-${++lastId}`;
    const claims = decodeToken(token).claims;
    const entry: Entry = {
      id,
      label: labelToken(claims),
      token,
      expect,
      pinned,
      observers: 0,
      decided: null,
      ...UNASKED,
    };
    entries.set(id, entry);
    return entry;
  };

  const remove = (entry: Entry): void => {
    if (!entries.delete(entry.id)) return;
    entry.end?.();
    changed.fire();
  };

  const follow = session.onDidChangeState(({ kind }) => {
    if (kind === 'running') {
      if (!connected) connection += 1;
      connected = true;
      for (const entry of entries.values()) ask(entry).catch(report);
    } else if (kind !== 'reconnecting') {
      connected = false;
      for (const entry of entries.values()) entry.end = null;
    }
    changed.fire();
  });

  return {
    get pinned() {
      return [...entries.values()].filter(({ pinned }) => pinned).map(show);
    },
    async pin(token, expect) {
      const same = [...entries.values()].find((entry) => entry.pinned && isSameWatch(entry, token, expect));
      const entry = same ?? add(token, expect, true);
      try {
        await ask(entry);
      } catch (error) {
        remove(entry);
        throw error;
      }
      changed.fire();
      return show(entry);
    },
    unpin(id) {
      const entry = entries.get(id);
      if (entry?.pinned) remove(entry);
    },
    observe(token) {
      const entry = observed.get(token) ?? add(token, {}, false);
      observed.set(token, entry);
      entry.observers += 1;
      ask(entry).catch(report);
      return once(() => {
        entry.observers -= 1;
        if (entry.observers > 0) return;
        observed.delete(token);
        remove(entry);
      });
    },
    verdictOf(token) {
      const pinned = [...entries.values()].find((entry) => entry.pinned && entry.token === token);
      return readLive(pinned) ?? readLive(observed.get(token));
    },
    onDidChange: changed.event,
    onDidRefuse: refused.event,
    dispose() {
      follow.dispose();
      for (const entry of [...entries.values()]) {
        entries.delete(entry.id);
        entry.end?.();
      }
      observed.clear();
      changed.dispose();
      refused.dispose();
    },
  };
}

const UNASKED = { last: null, judgedIn: 0, end: null, askedIn: 0 } as const;

/** The daemon judges a token of its own by itself; any other might make it ask someone. */
function isLocal(token: string, state: LiveSession['state']): boolean {
  if (state.kind !== 'running') return false;
  const issuer = decodeToken(token).claims?.iss;
  return typeof issuer === 'string' && issuer.startsWith(`${state.baseUrl}/`);
}

function isSameWatch(entry: Entry, token: string, expect: Expectation): boolean {
  return entry.token === token && JSON.stringify(entry.expect) === JSON.stringify(expect);
}

function once(work: () => void): Disposable {
  let done = false;
  return new Disposable(() => {
    if (done) return;
    done = true;
    work();
  });
}
