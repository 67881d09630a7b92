import { expect, test, vi } from 'vitest';
import { createControllableClock } from '../../../daemon/live/clock.ts';
import { createWatches } from '../../../daemon/live/watches.ts';
import { waitUntilHolds } from '../../support/wait.ts';

const START = 1_800_000_000_000;

interface Subject {
  readonly name: string;
  readonly expiresAt: number;
}

interface Outcome {
  readonly status: string;
  readonly changesAt: number | null;
}

function setUp(limit = 10_000) {
  const clock = createControllableClock(() => START);
  clock.freeze();
  const revoked = new Set<string>();
  const evaluated: string[] = [];
  const errors: unknown[] = [];
  const judge = (subject: Subject): Outcome => {
    evaluated.push(subject.name);
    if (revoked.has(subject.name)) return { status: 'revoked', changesAt: null };
    const isExpired = clock.now() >= subject.expiresAt;
    return { status: isExpired ? 'expired' : 'accepted', changesAt: isExpired ? null : subject.expiresAt };
  };
  const state = { judge: judge as (subject: Subject) => Outcome | Promise<Outcome> };
  const watches = createWatches<Subject, Outcome>({
    clock,
    evaluate: (subject) => state.judge(subject),
    changesAtOf: (outcome) => outcome.changesAt,
    isSameVerdict: (a, b) => a.status === b.status,
    limit,
    onError: (cause) => errors.push(cause),
  });
  const watch = async (name: string, lifeMs = 60_000, issuer = 'https://a', seen: string[] = []) => {
    const added = await watches.add({
      subject: { name, expiresAt: START + lifeMs },
      topics: { issuer, jti: name },
      notify: (outcome) => seen.push(outcome.status),
    });
    return { ...added, seen };
  };
  return { clock, watches, watch, revoked, evaluated, errors, state, judge };
}

const settle = async () => {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('a watch tells its first verdict and then each one that differs', async () => {
  const { clock, watch, watches, revoked } = setUp();
  const { verdict, seen } = await watch('t');
  expect(verdict.status).toBe('accepted');
  clock.advance(59_999);
  await settle();
  expect(seen).toEqual([]);
  clock.advance(1);
  await waitUntilHolds(() => expect(seen).toEqual(['expired']));
  revoked.add('t');
  watches.touch({ issuer: 'https://a', jti: 't' });
  await waitUntilHolds(() => expect(seen).toEqual(['expired', 'revoked']));
  watches.touch({ issuer: 'https://a' });
  await settle();
  expect(seen).toEqual(['expired', 'revoked']);
});

test('a change touches the watches that it concerns and no others', async () => {
  const { watches, watch, evaluated } = setUp();
  await watch('a1', 60_000, 'https://a');
  await watch('a2', 60_000, 'https://a');
  await watch('b1', 60_000, 'https://b');
  evaluated.length = 0;
  watches.touch({ issuer: 'https://a', jti: 'a2' });
  await settle();
  expect(evaluated).toEqual(['a2']);
  evaluated.length = 0;
  watches.touch({ issuer: 'https://a' });
  await settle();
  expect(evaluated).toEqual(['a1', 'a2']);
  evaluated.length = 0;
  watches.touchAll();
  await settle();
  expect(evaluated).toEqual(['a1', 'a2', 'b1']);
});

test('a removed watch is never told anything again', async () => {
  const { clock, watches, watch } = setUp();
  const { id, seen } = await watch('t');
  watches.touch({ issuer: 'https://a' });
  expect(watches.remove(id)).toBe(true);
  expect(watches.remove(id)).toBe(false);
  clock.advance(120_000);
  await settle();
  expect(seen).toEqual([]);
  expect(watches.size()).toBe(0);
});

test('a thousand idle watches have one scheduled change and are not evaluated', async () => {
  const { clock, watches, watch, evaluated } = setUp();
  const schedule = vi.spyOn(clock, 'schedule');
  for (let i = 0; i < 1_000; i += 1) await watch(`t${i}`, 60_000 + i);
  expect(schedule).toHaveBeenCalledTimes(1);
  evaluated.length = 0;
  clock.advance(59_999);
  await settle();
  expect(evaluated).toEqual([]);
  clock.advance(10);
  await settle();
  expect(evaluated).toEqual(Array.from({ length: 10 }, (_, i) => `t${i}`));
  expect(watches.size()).toBe(1_000);
});

test('an answer that was under way when something changed is not told: the new one is', async () => {
  const { watches, watch, state } = setUp();
  const { seen } = await watch('t');
  const answers: ((outcome: Outcome) => void)[] = [];
  state.judge = () => new Promise((resolve) => answers.push(resolve));
  watches.touch({ issuer: 'https://a' });
  await waitUntilHolds(() => expect(answers).toHaveLength(1));
  watches.touch({ issuer: 'https://a' });
  answers[0]?.({ status: 'stale', changesAt: null });
  await waitUntilHolds(() => expect(answers).toHaveLength(2));
  answers[1]?.({ status: 'fresh', changesAt: null });
  await waitUntilHolds(() => expect(seen).toEqual(['fresh']));
});

test('a change during the first evaluation is in the first verdict', async () => {
  const { watches, watch, revoked, state, judge } = setUp();
  let release = (): void => {};
  state.judge = (subject) => {
    const outcome = judge(subject);
    return new Promise((resolve) => {
      release = () => resolve(outcome);
    });
  };
  const adding = watch('t');
  revoked.add('t');
  watches.touch({ issuer: 'https://a', jti: 't' });
  state.judge = judge;
  release();
  expect((await adding).verdict.status).toBe('revoked');
});

test('an evaluation that breaks leaves the verdict standing and is tried again', async () => {
  const { clock, watches, watch, errors, state, judge } = setUp();
  const { seen } = await watch('t', 500);
  state.judge = () => {
    throw new Error('broken');
  };
  clock.advance(500);
  await waitUntilHolds(() => expect(errors).toHaveLength(1));
  expect(seen).toEqual([]);
  state.judge = judge;
  clock.advance(1_000);
  await waitUntilHolds(() => expect(seen).toEqual(['expired']));
  expect(watches.size()).toBe(1);
});

test('a first evaluation that breaks leaves no watch behind', async () => {
  const { watches, watch, state } = setUp();
  state.judge = () => Promise.reject(new Error('broken'));
  await expect(watch('t')).rejects.toThrow('broken');
  expect(watches.size()).toBe(0);
});

test('more watches than the limit are refused', async () => {
  const { watch } = setUp(2);
  await watch('a');
  await watch('b');
  await expect(watch('c')).rejects.toMatchObject({ code: 'too_many_watches' });
});

test('time set back makes an expired token valid again once everything is looked at anew', async () => {
  const { clock, watches, watch } = setUp();
  const { seen } = await watch('t', 1_000);
  clock.advance(2_000);
  await waitUntilHolds(() => expect(seen).toEqual(['expired']));
  clock.freeze(START);
  watches.touchAll();
  await waitUntilHolds(() => expect(seen).toEqual(['expired', 'accepted']));
  clock.advance(1_000);
  await waitUntilHolds(() => expect(seen).toEqual(['expired', 'accepted', 'expired']));
});
