import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { keepRun, type Pause } from '../../../../daemon/cli/jobs/keep-run.ts';
import { writeRunFiles } from '../../../../daemon/cli/jobs/run-files.ts';
import { findDaemon } from '../../../../daemon/client/prove-daemon.ts';
import type { RunFile } from '../../../../daemon/protocol/jobs.ts';
import { makeTemporaryDirectory } from '../../../support/temporary-directory.ts';
import { waitFor } from '../../../support/wait.ts';
import { openFakeDaemon } from '../../client/fake-daemon.ts';

const file = (content: string, refreshSeconds = 1): RunFile => ({
  path: 'token',
  mode: 0o644,
  content,
  refreshSeconds,
});

/** The real pauses, of seconds, at twenty times their speed. */
const briskly: Pause = (ms, signal) => sleep(ms / 20, undefined, { signal }).catch(() => undefined);

const START = Date.parse('2026-11-22T15:00:00Z');

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

interface KeepOptions {
  readonly refreshSeconds?: number;
  readonly pause?: Pause;
  /** The daemon's time after so many ms of pauses; undefined: it does not say its time. */
  readonly timeAt?: (pausedMs: number) => number | undefined;
}

/**
 * A job with one token file, at a daemon that gives each answer to `runs.renew` in turn: those that are no error, to
 * who asks for tokens.
 */
async function keepOne(
  answers: readonly Answer[],
  { refreshSeconds = 1, pause = briskly, timeAt = (ms) => START + ms }: KeepOptions = {},
) {
  let given = 0;
  let pausedMs = 0;
  const daemon = await openFakeDaemon({
    answer(response) {
      const ms = timeAt(pausedMs);
      const time = ms === undefined ? {} : { now: new Date(ms).toISOString() };
      const { status = 500, body = {} } = answers[Math.min(given, answers.length - 1)] ?? {};
      const isWanted = status !== 200 || daemon.requests.at(-1)?.body.includes('requestToken') === true;
      if (isWanted) given += 1;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...(isWanted ? body : { run: {}, files: [] }), ...time }));
    },
  });
  onTestFinished(daemon.close);
  const home = makeTemporaryDirectory();
  writeFileSync(join(home, 'daemon.json'), JSON.stringify(daemon.file), { mode: 0o600 });
  const directory = join(home, 'run');
  mkdirSync(directory);
  writeRunFiles(directory, [file('first')]);
  const told: string[] = [];
  const faults: (string | null)[] = [];
  const stop = keepRun(
    {
      find: () => findDaemon(home),
      id: 'r1',
      startedAt: new Date(START).toISOString(),
      requestToken: 'secret',
      directory,
      files: [file('first', refreshSeconds)],
      tell: (line) => told.push(line),
      onContact: (fault) => faults.push(fault?.code ?? null),
    },
    async (ms, signal) => {
      await pause(ms, signal);
      pausedMs += ms;
    },
  );
  onTestFinished(stop);
  const renewals = () => daemon.requests.filter(({ url }) => url === '/api/v1/runs/r1/renew');
  return { path: join(directory, 'token'), told, faults, stop, renewals };
}

const fresh = (content: string) => ({ status: 200, body: { run: {}, files: [file(content)] } });
const ended = { status: 404, body: { code: 'run_not_found' } };

test('token files are written anew, in place, as often as the platform does', async () => {
  const { path, renewals } = await keepOne([fresh('second'), fresh('third')]);
  const { ino } = statSync(path);
  await waitFor('the second token', () => readFileSync(path, 'utf8') === 'second');
  await waitFor('the third token', () => readFileSync(path, 'utf8') === 'third');
  expect(statSync(path).ino).toBe(ino);
  expect(renewals().map(({ body }) => JSON.parse(body))).toContainEqual({ requestToken: 'secret' });
});

// Whoever renews with the request token has the daemon sign a token for every file.
test('a run is renewed three times a lease, and asks for tokens only when its files are due', async () => {
  const pauses: number[] = [];
  const untilCalledOff = (signal: AbortSignal) => new Promise((over) => signal.addEventListener('abort', over));
  const pause: Pause = (ms, signal) => (pauses.push(ms) > 6 ? untilCalledOff(signal) : Promise.resolve());
  const { renewals } = await keepOne([fresh('second')], { refreshSeconds: 50, pause });
  await waitFor('eight renewals', () => renewals().length === 8);
  expect(pauses.slice(0, 6)).toEqual([20_000, 20_000, 10_000, 20_000, 20_000, 10_000]);
  const withToken = { requestToken: 'secret' };
  expect(renewals().map(({ body }) => JSON.parse(body))).toEqual([{}, {}, {}, withToken, {}, {}, {}, withToken]);
});

/** Pauses that are over at once, and after so many none. */
function pauseTimes(most: number): Pause {
  let pauses = 0;
  return async (_ms, signal) => {
    pauses += 1;
    if (pauses > most) await new Promise((over) => signal.addEventListener('abort', over));
  };
}

const HOUR_MS = 3_600_000;
const countMints = ({ renewals }: Awaited<ReturnType<typeof keepOne>>): number =>
  renewals().filter(({ body }) => body.includes('requestToken')).length;

// A machine that slept has paused for seconds only; nor is a clock that was set known to any pause.
test.each([
  ['has gone on by hours between two renewals', (ms: number) => START + ms + (ms > 60_000 ? 2 * HOUR_MS : 0)],
  ['was set back, which leaves a token of the future', (ms: number) => START + ms - (ms > 60_000 ? 2 * HOUR_MS : 0)],
])('token files are written anew, once, where the daemon’s time %s', async (_name, timeAt) => {
  const kept = await keepOne([fresh('second')], { refreshSeconds: 2_700, pause: pauseTimes(8), timeAt });
  await waitFor('eight renewals', () => kept.renewals().length === 9);
  expect(readFileSync(kept.path, 'utf8')).toBe('second');
  expect(kept.renewals().map(({ body }) => body.includes('requestToken'))).toEqual(
    Array.from({ length: 9 }, (_, index) => index === 4),
  );
});

test('token files are not due while the daemon’s time stands still', async () => {
  const kept = await keepOne([fresh('second')], { refreshSeconds: 50, pause: pauseTimes(8), timeAt: () => START });
  await waitFor('eight renewals', () => kept.renewals().length === 8);
  expect(countMints(kept)).toBe(0);
});

test('a daemon of an older version, which does not say its time, is believed to have the machine’s', async () => {
  const pauses: number[] = [];
  const few = pauseTimes(6);
  const pause: Pause = (ms, signal) => {
    pauses.push(ms);
    return few(ms, signal);
  };
  const kept = await keepOne([fresh('second')], { refreshSeconds: 2_700, pause, timeAt: () => undefined });
  await waitFor('six renewals and the pause after them', () => pauses.length === 7);
  // The run began at another time than the machine's: after that, the file is as old as the machine says.
  expect(countMints(kept)).toBe(1);
  expect(pauses).toEqual(Array(7).fill(20_000));
});

test('a daemon that fails for a while is asked again', async () => {
  const failing = { status: 503, body: { code: 'storage_readonly' } };
  const { path, told, faults } = await keepOne([failing, fresh('second')]);
  await waitFor('the first fault', () => faults.length === 1);
  expect(readFileSync(path, 'utf8')).toBe('first');
  await waitFor('the second token', () => readFileSync(path, 'utf8') === 'second');
  expect(told).toEqual([]);
  expect(faults.slice(0, 2)).toEqual(['storage_readonly', null]);
});

test('a token file that the job put something else in the place of costs no more tokens than another', async () => {
  const [broken, whole] = await Promise.all([
    keepOne([fresh('second')], { refreshSeconds: 2 }),
    keepOne([fresh('second')], { refreshSeconds: 2 }),
  ]);
  rmSync(broken.path);
  mkdirSync(broken.path);
  await waitFor('three tokens', () => countMints(whole) === 3, 15_000);
  expect(countMints(broken)).toBeLessThanOrEqual(4);
  expect([broken.told.length, whole.told.length]).toEqual([1, 0]);
});

test('that the run has ended is said once, and nothing is asked any more', async () => {
  const { told, renewals } = await keepOne([ended]);
  await waitFor('the word', () => told.length > 0);
  expect(told).toHaveLength(1);
  expect(renewals()).toHaveLength(1);
});

test('a run that is called off is renewed no more', async () => {
  const { stop, renewals, path } = await keepOne([fresh('second')]);
  await waitFor('the second token', () => readFileSync(path, 'utf8') === 'second');
  stop();
  const before = renewals().length;
  // Another run's renewals show that time went on.
  const other = await keepOne([fresh('x')]);
  await waitFor('two renewals', () => other.renewals().length >= 2);
  expect(renewals()).toHaveLength(before);
});
