import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT } from '../support/program.ts';

interface FileResult {
  name: string;
  status: string;
  assertionResults: { fullName: string; status: string }[];
}

interface Run {
  status: number;
  outsideErrors: number;
  testResults: FileResult[];
}

interface SecondTry {
  listFilesToTryAgain(run: Run | null): string[];
  joinTries(first: Run, second: Run | null): Run | null;
}

const { listFilesToTryAgain, joinTries }: SecondTry = await import(join(PROJECT, 'test/second-try.mjs'));

/** A file by its tests, in the order a, b, c: p for passed, f for failed, s for skipped. */
function resultOf(name: string, tests: string): FileResult {
  const states = { p: 'passed', f: 'failed', s: 'pending' } as Record<string, string>;
  const assertionResults = [...tests].map((test, at) => ({
    fullName: 'abc'[at] ?? '',
    status: states[test] ?? '',
  }));
  return { name, status: tests === '' || tests.includes('f') ? 'failed' : 'passed', assertionResults };
}

const runOf = (files: Record<string, string>, outsideErrors = 0): Run => {
  const testResults = Object.entries(files).map(([name, tests]) => resultOf(name, tests));
  const isRed = outsideErrors > 0 || testResults.some(({ status }) => status === 'failed');
  return { status: isRed ? 1 : 0, outsideErrors, testResults };
};

describe('a second try', () => {
  it.each([
    ['one or two files that failed', runOf({ one: 'pf', two: 'p', three: '' }), ['one', 'three']],
    ['nothing where all passed', runOf({ one: 'p' }), []],
    ['nothing where more failed than chance would have it', runOf({ one: 'f', two: 'f', three: 'f' }), []],
    ['nothing where something failed outside the tests, too', runOf({ one: 'f' }, 1), []],
    ['nothing of a run that did not come to its end', null, []],
  ])('is of %s', (_, run, files) => {
    expect(listFilesToTryAgain(run)).toEqual(files);
  });

  const first = runOf({ one: 'pf', two: 'p' });

  it('counts when each test of the file passes in it, beside what had passed at once', () => {
    expect(joinTries(first, runOf({ one: 'pp' }))).toEqual(runOf({ two: 'p', one: 'pp' }));
  });

  it.each([
    ['fails again', first, runOf({ one: 'pf' })],
    ['lets another test fail', first, runOf({ one: 'fp' })],
    ['skips what had failed', first, runOf({ one: 'ps' })],
    ['has lost a test', first, runOf({ one: 'p' })],
    ['has no test', first, { ...runOf({ one: '' }), status: 0 }],
    ['does not know the file', first, runOf({ two: 'p' })],
    ['has an error outside its tests', first, { ...runOf({ one: 'pp' }, 1), status: 0 }],
    ['ends with another status than 0', first, { ...runOf({ one: 'pp' }), status: 1 }],
    ['does not come to its end', first, null],
    ['mends one file of two', runOf({ one: 'f', two: 'f' }), runOf({ one: 'p' })],
    ['follows a run with an error outside its tests', runOf({ one: 'f' }, 1), runOf({ one: 'p' })],
  ])('mends nothing when it %s', (_, run, second) => {
    expect(joinTries(run, second)).toBeNull();
  });
});
