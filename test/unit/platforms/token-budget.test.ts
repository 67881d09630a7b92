import { expect, test } from 'vitest';
import { createTokenBudget, TOKENS_AN_HOUR } from '../../../daemon/platforms/token-budget.ts';

const HOUR_MS = 3_600_000;

function setUp() {
  const machine = { now: 1_800_000_000_000 };
  const budget = createTokenBudget(() => machine.now);
  const run = {};
  /** How many more tokens this run gets now. */
  const drain = (): number => {
    for (let count = 0; ; count += 1) {
      try {
        budget.require(run);
      } catch {
        return count;
      }
      budget.charge(run);
    }
  };
  return { machine, budget, run, drain };
}

test('a run gets so many at once and as many an hour, evenly', () => {
  const { machine, drain } = setUp();
  expect(drain()).toBe(TOKENS_AN_HOUR);
  machine.now += HOUR_MS / 4;
  expect(drain()).toBe(TOKENS_AN_HOUR / 4);
});

test('a run that asked for none for long has no more at once than at its start', () => {
  const { machine, budget, run, drain } = setUp();
  budget.charge(run);
  machine.now += 24 * HOUR_MS;
  expect(drain()).toBe(TOKENS_AN_HOUR);
});

test('a run pays for no time that was set back, nor is it given what it has spent', () => {
  const { machine, budget, run, drain } = setUp();
  for (let count = 0; count < 10; count += 1) budget.charge(run);
  machine.now -= 24 * HOUR_MS;
  expect(drain()).toBe(TOKENS_AN_HOUR - 10);
});

test('every run has a budget of its own', () => {
  const { budget, drain } = setUp();
  drain();
  expect(() => budget.require({})).not.toThrow();
});
