import { EventEmitter } from 'vscode';
import type { LiveSession } from '../../../../extension/daemon/create-session.ts';
import { createWatchList } from '../../../../extension/daemon/create-watch-list.ts';
import type { DaemonState } from '../../../../extension/daemon/session.ts';
import type { Verdict, WatchedToken } from '../../../../extension/daemon/watch-list.ts';
import { encodePart } from '../../../support/forge.ts';
import { BASE, LOCAL } from '../text/make-context.ts';

export const TOKEN = `${encodePart({ alg: 'RS256' })}.${encodePart({ iss: LOCAL })}.c2ln`;
export const RUNNING: DaemonState = { kind: 'running', baseUrl: BASE, version: '1', degraded: null };

/** A watch list over a session whose daemon says what a test wants, when it wants. */
export function openWatches() {
  const states = new EventEmitter<DaemonState>();
  const sets: ((verdict: Verdict) => void)[] = [];
  const refusals: (() => void)[] = [];
  const session = {
    state: RUNNING,
    onDidChangeState: states.event,
    watch: async (_: unknown, onVerdict: (verdict: Verdict) => void, onRefused: () => void) => {
      sets.push(onVerdict);
      refusals.push(onRefused);
      return () => {
        counts.ended += 1;
      };
    },
  };
  const counts = { ended: 0 };
  const watches = createWatchList(session as unknown as LiveSession, (error) => {
    throw error;
  });
  const refused: WatchedToken[] = [];
  watches.onDidRefuse((token) => refused.push(token));
  const enter = (state: DaemonState) => {
    session.state = state as typeof RUNNING;
    states.fire(state);
  };
  return {
    watches,
    enter,
    refused,
    say: (verdict: Verdict) => sets.at(-1)?.(verdict),
    /** The daemon does not take the newest watch again. */
    dropWatch: () => refusals.at(-1)?.(),
    sets,
    counts,
  };
}
