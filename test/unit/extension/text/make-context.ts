import { EventEmitter } from 'vscode';
import type { DaemonState } from '../../../../extension/daemon/session.ts';
import type { Expectation, Verdict, WatchedToken } from '../../../../extension/daemon/watch-list.ts';
import type { FeatureContext } from '../../../../extension/feature-context.ts';

export const BASE = 'http://localhost:6468';
export const LOCAL = `${BASE}/issuers/default`;

/** What a feature gets, with a session and a watch list that only remember what was asked of them. */
export function makeContext(answers: Record<string, unknown> = {}) {
  const changes = new EventEmitter<void>();
  const states = new EventEmitter<DaemonState>();
  const pinned: WatchedToken[] = [];
  const calls: { name: string; input: unknown }[] = [];
  const observed = new Map<string, number>();
  const verdicts = new Map<string, Verdict>();
  const session = {
    state: { kind: 'running', baseUrl: BASE, version: '1', degraded: null } as DaemonState,
    issuers: [{ slug: 'default', url: LOCAL }],
    onDidChangeState: states.event,
    call: async (name: string, input: unknown) => {
      calls.push({ name, input });
      return answers[name];
    },
  };
  const watches = {
    pinned,
    pin: async (token: string, expect: Expectation) => {
      const watched = { id: `w${pinned.length}`, label: 'alice', token, expect, pinned: true, verdict: null };
      pinned.push(watched);
      return watched;
    },
    unpin: (id: string) =>
      void pinned.splice(
        pinned.findIndex((watched) => watched.id === id),
        1,
      ),
    observe: (token: string) => {
      observed.set(token, (observed.get(token) ?? 0) + 1);
      return { dispose: () => void (observed.get(token) === 1 ? observed.delete(token) : observed.set(token, 0)) };
    },
    verdictOf: (token: string) => verdicts.get(token) ?? null,
    onDidChange: changes.event,
  };
  const warned: unknown[] = [];
  const log = { warn: (...parts: unknown[]) => void warned.push(parts) };
  const context = { session, watches, log } as unknown as FeatureContext;
  return { context, warned, session, pinned, calls, observed, verdicts, changes, states };
}

export const makeVerdict = (given: Partial<Verdict>): Verdict => ({
  ...{ status: 'accepted', reason: null, provenance: 'local-issuer', checks: [], header: {}, claims: {} },
  ...{ issuer: null, kid: null, jti: null, expiresAt: null, changesAt: null },
  ...given,
});
