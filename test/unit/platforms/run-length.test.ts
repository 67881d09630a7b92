import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PLATFORMS } from '../../../daemon/platforms/registry.ts';
import { makeTemporaryDirectory } from '../../support/temporary-directory.ts';
import { openRunFixture, type StartRequest } from './run-fixture.ts';

const DAY = 86_400;

/**
 * Seconds that a job may take where its file says nothing, as each platform's documentation has it; elsewhere a day.
 */
const USUAL_SECONDS = {
  'azure-devops': 60 * 60,
  bitbucket: 120 * 60,
  circleci: 5 * 3_600,
  'github-actions': 6 * 3_600,
  gitlab: 60 * 60,
  vercel: 45 * 60,
};

/** Starts a run that nobody lets go of, and sees it live to the last ms of its time and not beyond. */
async function expectToLive(seconds: number, request: Partial<StartRequest> & { readonly slug: string }) {
  const { fixture, start, find } = await openRunFixture();
  const { run, requestToken } = await start({ ...request, leaseSeconds: DAY });
  expect((Date.parse(run.expiresAt) - Date.parse(run.startedAt)) / 1_000).toBe(seconds);
  fixture.clock.advance(seconds * 1_000 - 1);
  expect(find(requestToken, request.slug)).toBe(run.id);
  fixture.clock.advance(1);
  expect(find(requestToken, request.slug)).toBeNull();
  expect(fixture.store.events.after(0, 100).at(-1)).toMatchObject({ name: 'run.ended', detail: { why: 'time' } });
}

test.each([...Object.entries(USUAL_SECONDS), ['spacelift', DAY] as const])(
  'a run on %s ends after %i s when its file names no limit',
  async (slug, seconds) => expectToLive(seconds, { slug }),
);

test('no other platform ends its jobs before a day is over', () => {
  const limited = Object.entries(PLATFORMS).filter(([, platform]) => platform?.runSeconds !== undefined);
  expect(limited.map(([slug]) => slug).sort()).toEqual(Object.keys(USUAL_SECONDS));
});

test.each([
  [10, 600],
  [3_000, DAY],
])('a job whose file says that it may take %i minutes ends after %i s', async (minutes, seconds) => {
  const directory = join(makeTemporaryDirectory(), '.github', 'workflows');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'ci.yml');
  const job = `build: { runs-on: ubuntu-latest, timeout-minutes: ${minutes}, steps: [{ run: make }] }`;
  writeFileSync(file, `on: push\njobs:\n  ${job}\n`);
  await expectToLive(seconds, { slug: 'github-actions', job: `${file}#build` });
});
