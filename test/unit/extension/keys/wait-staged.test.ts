import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CancellationTokenSource, EventEmitter } from 'vscode';
import type { Issuer, Key } from '../../../../daemon/protocol/resources.ts';
import { waitStaged } from '../../../../extension/features/keys/wait-staged.ts';
import { at, makeIssuer, makeKey, NOW } from '../wire-values.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  onTestFinished(() => void vi.useRealTimers());
});

const planned = makeKey({ kid: 'k', state: 'next', signsFrom: at(100) });

/** A wait of a hundred seconds, and what the daemon says of the key meanwhile: null where it has no such key. */
function begin(first: readonly Issuer[]) {
  const news = new EventEmitter<void>();
  const cancel = new CancellationTokenSource();
  const session = { issuers: first, onDidChangeIssuers: news.event };
  const left: number[] = [];
  let outcome: unknown = 'none';
  void waitStaged({
    session,
    slug: 'default',
    planned,
    seconds: 100,
    token: cancel.token,
    onSecond: (each) => left.push(each),
  }).then((given) => {
    outcome = given;
  });
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const show = async (issuers: readonly Issuer[]) => {
    session.issuers = issuers;
    news.fire();
    await settle();
  };
  return { left, cancel, settle, show, see: () => outcome };
}

const withKey = (change: Partial<Key> | null) => [
  makeIssuer({ keys: [makeKey(), ...(change === null ? [] : [{ ...planned, ...change }])] }),
];

describe('the wait of a staged rotation', () => {
  it('counts down, and tells that the key is due when nobody says that it signs', async () => {
    const { left, see } = begin(withKey({}));
    await vi.advanceTimersByTimeAsync(104_000);
    expect([see(), left.slice(0, 2), left.slice(-6)]).toEqual(['none', [100, 99], [1, 0, 0, 0, 0, 0]]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(see()).toEqual({ kind: 'due' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts anew when the key is planned to sign at another time, by the difference: clocks differ', async () => {
    const { left, see, show } = begin(withKey({}));
    await vi.advanceTimersByTimeAsync(40_000);
    await show(withKey({ signsFrom: at(400) }));
    await vi.advanceTimersByTimeAsync(300_000);
    expect([see(), left.at(-1)]).toEqual(['none', 60]);
    await show(withKey({ signsFrom: at(350) }));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(left.at(-1)).toBe(9);
  });

  it.each([
    ['its plan is taken back', withKey({ signsFrom: null })],
    ['the key is gone', withKey(null)],
    ['the key is retired', withKey({ state: 'retired' })],
    ['its issuer is gone', [makeIssuer({ slug: 'other' })]],
  ])('is over when %s', async (_, issuers) => {
    const { see, show } = begin(withKey({}));
    await show(issuers);
    expect(see()).toEqual({ kind: 'over' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not miss what was said before it began to listen', async () => {
    const { left, see, settle } = begin(withKey({ state: 'active' }));
    await settle();
    expect(see()).toMatchObject({ kind: 'signs', key: { kid: 'k' } });
    expect(left).toEqual([]);
  });

  it.each([
    ['the key itself', null],
    ['the plan of a key that was published before', { signsFrom: null }],
  ] as const)('takes no old news for the end: %s may not be known yet', async (_, change) => {
    const { see, show } = begin(withKey(change));
    await show(withKey(change));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(see()).toBe('none');
    await show(withKey({ state: 'active' }));
    expect(see()).toMatchObject({ kind: 'signs' });
  });

  it('goes on while the daemon is away, which sees to it when it is back', async () => {
    const { see, show } = begin(withKey({}));
    await show([]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(see()).toBe('none');
    await show(withKey({ state: 'active' }));
    expect(see()).toMatchObject({ kind: 'signs' });
  });

  it('ends when it is cancelled', async () => {
    const { cancel, see, settle } = begin(withKey({}));
    cancel.cancel();
    await settle();
    expect(see()).toEqual({ kind: 'cancelled' });
  });
});
