import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventEmitter } from 'vscode';
import type { DaemonState } from '../../../../extension/daemon/session.ts';
import type { Verdict, WatchedToken } from '../../../../extension/daemon/watch-list.ts';
import type { FeatureContext } from '../../../../extension/feature-context.ts';
import { judgeToken } from '../../../../extension/features/inspector/judge-token.ts';
import { makeVerdict } from '../text/make-context.ts';

const RUNNING: DaemonState = { kind: 'running', baseUrl: 'http://localhost:6468', version: '1', degraded: null };
const [OURS, OTHERS] = [{ audience: 'ours' }, { audience: 'others' }];

/** A judge whose questions stay open until a test answers them, in whatever order. */
function open() {
  const states = new EventEmitter<DaemonState>();
  const issuers = new EventEmitter<void>();
  const watched = new EventEmitter<void>();
  const questions: { expect: unknown; answer: (verdict: Verdict) => void; fail: (error: Error) => void }[] = [];
  const session = {
    state: RUNNING,
    onDidChangeState: states.event,
    onDidChangeIssuers: issuers.event,
    call: (_: string, { expect }: { expect: unknown }) =>
      new Promise((answer, fail) => questions.push({ expect, answer, fail })),
  };
  const pinned: WatchedToken[] = [];
  const watches = {
    pinned,
    observe: () => ({ dispose: () => {} }),
    verdictOf: (): Verdict | null => null,
    onDidChange: watched.event,
  };
  const context = { session, watches, log: { warn: () => {} } } as unknown as FeatureContext;
  const judge = judgeToken(context, 'a.b.c');
  const enter = (state: DaemonState) => {
    session.state = state as typeof RUNNING;
    states.fire(state);
  };
  const answer = async (at: number, change: Partial<Verdict> = {}) => {
    questions[at]?.answer(makeVerdict(change));
    await settle();
  };
  return { judge, enter, questions, answer, issuers, watches };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('an answer that comes late', () => {
  it('does not take the place of the answer to a later question', async () => {
    const { judge, answer } = open();
    void judge.verify(OURS);
    void judge.verify(OTHERS);
    await answer(1, { status: 'refused', reason: 'aud_mismatch' });
    await answer(0);
    expect(judge.judge()).toMatchObject({ expect: OTHERS, verdict: { status: 'refused' }, verifying: false });
  });

  it('to what was asked before by itself does not either', async () => {
    const { judge, answer, issuers, questions } = open();
    void judge.verify(OURS);
    await answer(0);
    issuers.fire();
    void judge.verify(OTHERS);
    await answer(2, { status: 'refused' });
    await answer(1);
    expect(judge.judge()).toMatchObject({ expect: OTHERS, verdict: { status: 'refused' } });
    expect(questions).toHaveLength(3);
  });

  it('does not bring back what was forgotten', async () => {
    const { judge, answer } = open();
    void judge.verify(OURS);
    judge.forget();
    await answer(0);
    expect(judge.judge()).toMatchObject({ expect: null, verdict: null });
  });

  it('makes a closed inspector ask nothing more', async () => {
    const { judge, answer, questions } = open();
    void judge.verify(OURS);
    judge.dispose();
    await answer(0, { changesAt: new Date(Date.now() + 5_000).toISOString() });
    expect(vi.getTimerCount()).toBe(0);
    await judge.verify(OURS);
    expect(questions).toHaveLength(1);
  });

  it('is asked for again when something changed while it was awaited', async () => {
    const { judge, answer, issuers, questions } = open();
    void judge.verify(OURS);
    issuers.fire();
    await answer(0);
    await answer(1, { status: 'refused' });
    expect(questions.map(({ expect: asked }) => asked)).toEqual([OURS, OURS]);
    expect(judge.judge().verdict?.status).toBe('refused');
  });

  it('leaves the one before, asked again, when it is a failure', async () => {
    const { judge, answer, questions } = open();
    void judge.verify(OURS);
    await answer(0);
    const failing = judge.verify(OTHERS);
    questions[1]?.fail(new Error('too large'));
    await expect(failing).rejects.toThrow('too large');
    await answer(2, { status: 'refused' });
    expect(judge.judge()).toMatchObject({ expect: OURS, verdict: { status: 'refused' } });
  });
});

describe('a verdict', () => {
  it('is none while the daemon is away, and asked for again when it is back', async () => {
    const { judge, answer, enter, questions } = open();
    void judge.verify(OURS);
    await answer(0);
    enter({ kind: 'reconnecting', attempt: 1 });
    expect(judge.judge()).toMatchObject({ verdict: null, live: false, expect: OURS });
    enter(RUNNING);
    expect(judge.judge()).toMatchObject({ verdict: null, live: false });
    await answer(1, { status: 'refused' });
    expect(judge.judge()).toMatchObject({ verdict: { status: 'refused' }, expect: OURS });
    expect(questions).toHaveLength(2);
  });

  it('is forgotten, with what was asked, when the daemon was stopped', async () => {
    const { judge, answer, enter, questions } = open();
    void judge.verify(OURS);
    await answer(0);
    enter({ kind: 'stopped' });
    enter(RUNNING);
    await settle();
    expect(judge.judge()).toMatchObject({ verdict: null, expect: null });
    expect(questions).toHaveLength(1);
  });

  it.each([
    ['local-issuer', true],
    ['trusted-issuer', false],
    ['none', false],
  ] as const)('whose keys are of %s is live: %s', async (provenance, live) => {
    const { judge, answer, watches } = open();
    void judge.verify(OURS);
    await answer(0, { provenance });
    expect(judge.judge()).toMatchObject({ verdict: { status: 'accepted' }, live });
    // A watch is no other: of a token of somebody else nobody here hears that it was revoked.
    judge.forget();
    watches.verdictOf = () => makeVerdict({ provenance });
    expect(judge.judge()).toMatchObject({ verdict: { status: 'accepted' }, live });
  });

  it('of a watched token is that of its watch alone, which may have none: no other was held against the same', () => {
    const { judge, watches } = open();
    watches.verdictOf = () => makeVerdict({});
    expect(judge.judge().verdict?.status).toBe('accepted');
    watches.pinned.push({ id: 'w', label: '', token: 'a.b.c', expect: OURS, pinned: true, verdict: null });
    expect(judge.judge()).toMatchObject({ verdict: null, live: false, expect: OURS });
  });

  it('is asked for again at the moment at which time changes it', async () => {
    const { judge, answer, questions } = open();
    void judge.verify(OURS);
    await answer(0, { changesAt: new Date(Date.now() + 5_000).toISOString() });
    await vi.advanceTimersByTimeAsync(4_900);
    expect(questions).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    await answer(1, { status: 'refused', reason: 'expired' });
    expect(judge.judge().verdict?.reason).toBe('expired');
  });

  it('is asked for again when the issuers have changed', async () => {
    const { judge, answer, issuers } = open();
    void judge.verify(OURS);
    await answer(0);
    issuers.fire();
    await answer(1, { status: 'refused', reason: 'key_revoked' });
    expect(judge.judge().verdict?.reason).toBe('key_revoked');
  });
});
