import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { makeJobEnvironment } from '../../../../daemon/cli/jobs/job-environment.ts';

const none = { unset: [], variables: {}, programs: null };

test('a job has its caller’s environment, without what belongs elsewhere, and its own before it', () => {
  const caller = { HOME: '/home/a', GITLAB_CI: 'true', CI: 'false' };
  expect(makeJobEnvironment(caller, { ...none, unset: ['GITLAB_CI'], variables: { CI: 'true' } })).toEqual({
    HOME: '/home/a',
    CI: 'true',
  });
});

test('a job of the editor’s runtime is not told to be a Node', () => {
  expect(makeJobEnvironment({ HOME: '/home/a', ELECTRON_RUN_AS_NODE: '1' }, none)).toEqual({ HOME: '/home/a' });
});

test('programs of the platform come first on PATH, however it is spelt', () => {
  expect(makeJobEnvironment({ PATH: '/bin' }, { ...none, programs: '/run/bin' }).PATH).toBe(`/run/bin${delimiter}/bin`);
  expect(makeJobEnvironment({ Path: '/bin' }, { ...none, programs: '/run/bin' })).toEqual({
    Path: `/run/bin${delimiter}/bin`,
  });
});

test.each([
  [{ HTTPS_PROXY: 'http://proxy:3128' }, 'localhost,127.0.0.1,::1'],
  [{ http_proxy: 'http://proxy:3128', NO_PROXY: 'corp.example' }, 'corp.example,localhost,127.0.0.1,::1'],
  // Clients take it for a wildcard only where nothing else stands beside it.
  [{ http_proxy: 'http://proxy:3128', no_proxy: ' * ' }, '*'],
  [{ NO_PROXY: 'corp.example' }, 'corp.example'],
  [{}, undefined],
])('no proxy sees what a job of %j asks this machine', (caller, expected) => {
  expect(makeJobEnvironment(caller, none).NO_PROXY).toBe(expected);
});
