import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { endJob, startJob } from '../../../../daemon/cli/jobs/start-job.ts';
import { openSession } from '../../../../daemon/cli/session.ts';
import type { RunFile } from '../../../../daemon/protocol/jobs.ts';
import { makeTemporaryDirectory } from '../../../support/temporary-directory.ts';
import { openFakeDaemon } from '../../client/fake-daemon.ts';
import { createTestIo } from '../test-io.ts';

/** A daemon that starts a run with one file, and is the one of a state directory from then on. */
async function startDaemonAt(home: string, file: Partial<RunFile> = {}) {
  const files = [{ path: 'token', mode: 0o600, content: 'x', refreshSeconds: null, ...file }];
  const daemon = await openFakeDaemon({
    answer: (response) =>
      void response.end(JSON.stringify({ run: { id: 'r1' }, files, variables: {}, unset: [], shims: [] })),
  });
  onTestFinished(daemon.close);
  writeFileSync(join(home, 'daemon.json'), JSON.stringify(daemon.file), { mode: 0o600 });
  return { file: daemon.file, ends: () => daemon.requests.filter(({ url }) => url === '/api/v1/runs/r1/end') };
}

test('a job whose files cannot be written is ended before anybody hears of it', async () => {
  const home = makeTemporaryDirectory();
  const { ends } = await startDaemonAt(home, { path: '../elsewhere' });
  const directory = makeTemporaryDirectory();
  const session = openSession(createTestIo(), { home });
  const starting = startJob(session, { as: 'github-actions' }, { directory, leaseSeconds: 3_600 });
  await expect(starting).rejects.toMatchObject({ code: 'internal' });
  expect(existsSync(join(directory, '../elsewhere'))).toBe(false);
  expect(ends()).toHaveLength(1);
});

test('a job is ended by the daemon that there is then, which may be a new one', async () => {
  const home = makeTemporaryDirectory();
  const before = await startDaemonAt(home);
  const session = openSession(createTestIo(), { home });
  const place = { directory: makeTemporaryDirectory(), leaseSeconds: 60 };
  const { started } = await startJob(session, { as: 'github-actions' }, place);
  const now = await startDaemonAt(home);
  await endJob(session, started.run.id);
  expect(before.ends()).toEqual([]);
  expect(now.ends().map(({ headers }) => headers.authorization)).toEqual([`Bearer ${now.file.controlToken}`]);
});

test('that a job cannot be ended is no fault of the job’s', async () => {
  await endJob(openSession(createTestIo(), { home: makeTemporaryDirectory() }), 'r1');
});
