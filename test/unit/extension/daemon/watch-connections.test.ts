import { describe, expect, it } from 'vitest';
import { EventEmitter } from 'vscode';
import type { LiveSession } from '../../../../extension/daemon/create-session.ts';
import { createWatchList } from '../../../../extension/daemon/create-watch-list.ts';
import type { DaemonState } from '../../../../extension/daemon/session.ts';
import type { Verdict, WatchedToken } from '../../../../extension/daemon/watch-list.ts';
import { encodePart } from '../../../support/forge.ts';
import { BASE, LOCAL, makeVerdict } from '../text/make-context.ts';

const TOKEN = `${encodePart({ alg: 'RS256' })}.${encodePart({ iss: LOCAL })}.c2ln`;
const RUNNING: DaemonState = { kind: 'running', baseUrl: BASE, version: '1', degraded: null };

/** A watch list over a session whose daemon says what a test wants, when it wants. */
function open() {
  const states = new EventEmitter<DaemonState>();
  const sets: ((verdict: Verdict) => void)[] = [];
  const session = {
    state: RUNNING,
    onDidChangeState: states.event,
    watch: async (_: unknown, onVerdict: (verdict: Verdict) => void) => {
      sets.push(onVerdict);
      return () => {};
    },
  };
  const watches = createWatchList(session as unknown as LiveSession, (error) => {
    throw error;
  });
  const refused: WatchedToken[] = [];
  watches.onDidRefuse((token) => refused.push(token));
  const enter = (state: DaemonState) => {
    session.state = state as typeof RUNNING;
    states.fire(state);
  };
  return { watches, enter, refused, say: (verdict: Verdict) => sets.at(-1)?.(verdict), sets };
}

describe('what a daemon said before it was stopped', () => {
  it.each(['pinned', 'observed'])(
    'is no verdict of a %s token on the next connection, before that has one',
    async (kind) => {
      const { watches, enter, say, sets } = open();
      if (kind === 'pinned') await watches.pin(TOKEN, {});
      else watches.observe(TOKEN);
      say(makeVerdict({}));
      expect(watches.verdictOf(TOKEN)?.status).toBe('accepted');
      enter({ kind: 'stopped' });
      enter(RUNNING);
      expect(sets).toHaveLength(2);
      expect(watches.verdictOf(TOKEN)).toBeNull();
      expect(watches.pinned.map(({ verdict }) => verdict)).toEqual(kind === 'pinned' ? [null] : []);
      say(makeVerdict({}));
      expect(watches.verdictOf(TOKEN)?.status).toBe('accepted');
    },
  );

  it('is remembered, so that a token which has turned meanwhile is told', async () => {
    const { watches, enter, refused, say } = open();
    await watches.pin(TOKEN, {});
    say(makeVerdict({}));
    enter({ kind: 'stopped' });
    enter(RUNNING);
    say(makeVerdict({ status: 'refused', reason: 'key_revoked' }));
    expect(refused).toMatchObject([{ verdict: { reason: 'key_revoked' } }]);
  });
});

it('a connection that comes back by itself has set the watches again: what it said holds', async () => {
  const { watches, enter, say, sets } = open();
  await watches.pin(TOKEN, {});
  say(makeVerdict({}));
  enter({ kind: 'reconnecting', attempt: 1 });
  expect(watches.verdictOf(TOKEN)).toBeNull();
  enter(RUNNING);
  expect(sets).toHaveLength(1);
  expect(watches.verdictOf(TOKEN)?.status).toBe('accepted');
});
