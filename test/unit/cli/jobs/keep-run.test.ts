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

/** A job with one token file, at a daemon that gives each answer to `runs.renew` in turn. */
async function keepOne(answers: readonly { status: number; body: unknown }[], refreshSeconds = 1, pause = briskly) {
  let given = 0;
  const daemon = await openFakeDaemon({
    answer(response) {
      const answer = answers[Math.min(given, answers.length - 1)];
      given += 1;
      response.writeHead(answer?.status ?? 500, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer?.body));
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
      requestToken: 'secret',
      directory,
      files: [file('first', refreshSeconds)],
      tell: (line) => told.push(line),
      onContact: (fault) => faults.push(fault?.code ?? null),
    },
    pause,
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
  expect(JSON.parse(renewals()[0]?.body ?? '')).toEqual({ requestToken: 'secret' });
});

// Whoever renews with the request token has the daemon sign a token for every file.
test('a run is renewed three times a lease, and asks for tokens only when its files are due', async () => {
  const pauses: number[] = [];
  const untilCalledOff = (signal: AbortSignal) => new Promise((over) => signal.addEventListener('abort', over));
  const pause: Pause = (ms, signal) => (pauses.push(ms) > 6 ? untilCalledOff(signal) : Promise.resolve());
  const { renewals } = await keepOne([fresh('second')], 50, pause);
  await waitFor('six renewals', () => renewals().length === 6);
  expect(pauses.slice(0, 6)).toEqual([20_000, 20_000, 10_000, 20_000, 20_000, 10_000]);
  const withToken = { requestToken: 'secret' };
  expect(renewals().map(({ body }) => JSON.parse(body))).toEqual([{}, {}, withToken, {}, {}, withToken]);
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
  const [broken, whole] = await Promise.all([keepOne([fresh('second')], 2), keepOne([fresh('second')], 2)]);
  rmSync(broken.path);
  mkdirSync(broken.path);
  const minted = ({ renewals }: typeof whole) => renewals().filter(({ body }) => body.includes('requestToken')).length;
  await waitFor('three tokens', () => minted(whole) === 3, 15_000);
  expect(minted(broken)).toBeLessThanOrEqual(4);
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
