import { describe, expect, it } from 'vitest';
import { JOB_OPTIONS, mergeFacts, readOptions } from '../../../daemon/jobs/job-options.ts';
import { problemOf } from './fixtures.ts';

describe('options of a job', () => {
  it.each([
    ['repository', 'acme/platform/widgets', { owner: 'acme/platform', repository: 'widgets' }],
    ['ref', 'refs/tags/v1.0.0', { ref: 'refs/tags/v1.0.0' }],
    ['sha', 'a'.repeat(40), { sha: 'a'.repeat(40) }],
    ['actor', 'octocat', { actor: 'octocat' }],
    ['environment', 'prod', { environment: 'prod' }],
    ['environment', '', { environment: null }],
    ['visibility', 'internal', { visibility: 'internal' }],
    ['workflow', 'Deploy', { workflowName: 'Deploy' }],
    ['workflow', '.github/workflows/x.yml', { workflowFile: '.github/workflows/x.yml' }],
    ['job', 'deploy', { jobId: 'deploy' }],
    ['run-number', '20', { runNumber: 20 }],
    ['run-attempt', '3', { runAttempt: 3 }],
    ['protected', 'true', { isRefProtected: true }],
    ['pull-request', '12', { pullRequest: { number: 12 } }],
    ['base', 'main', { pullRequest: { baseBranch: 'main' } }],
    ['default-branch', 'trunk', { defaultBranch: 'trunk' }],
    ['head', 'feature/x', { pullRequest: { headBranch: 'feature/x' } }],
    ['fork', 'other/widgets', { pullRequest: { fork: 'other/widgets' } }],
  ])('%s is taken as %j', (name, text, facts) => {
    expect(readOptions({ [name]: text }, {}).facts).toEqual(facts);
  });

  it.each([
    ['repository', 'widgets'],
    ['repository', 'acme/'],
    ['repository', 'acme/wid gets\n'],
    ['ref', 'main'],
    ['ref', 'refs/heads/a..b'],
    ['ref', 'refs/heads/a b'],
    ['ref', 'refs/heads/'],
    ['sha', 'A'.repeat(40)],
    ['sha', 'abc'],
    ['actor', ''],
    ['actor', 'a\u202eb'],
    ['environment', 'a\nb'],
    ['environment', 'e'.repeat(256)],
    ['visibility', 'secret'],
    ['run-number', '0'],
    ['run-number', '1e3'],
    ['protected', 'yes'],
    ['pull-request', '-1'],
    ['base', 'a~1'],
    ['head', '-x'],
    ['fork', 'x'],
  ])('%s refuses %j', async (name, text) => {
    expect(await problemOf(() => readOptions({ [name]: text }, {}))).toEqual([
      'invalid_request',
      expect.stringContaining(`options.${name}`),
    ]);
  });

  it('names the known ones for one that nobody knows', async () => {
    const own = { 'runner-environment': { meaning: 'Where it runs', default: 'hosted' } };
    const [code, message] = await problemOf(() => readOptions({ runner: 'x' }, own));
    expect(code).toBe('invalid_request');
    for (const name of [...Object.keys(JOB_OPTIONS), 'runner-environment']) expect(message).toContain(name);
    expect(await problemOf(() => readOptions({ constructor: 'x' }, {}))).toEqual([
      'invalid_request',
      expect.anything(),
    ]);
  });

  it('gives a platform its own, as far as it takes them', async () => {
    const own = { tier: { meaning: 'Tier', default: '', pattern: /^(?:one|two)$/ } };
    expect(readOptions({ tier: 'two', actor: 'octocat' }, own)).toEqual({
      facts: { actor: 'octocat' },
      own: { tier: 'two' },
    });
    expect((await problemOf(() => readOptions({ tier: 'three' }, own)))[0]).toBe('invalid_request');
  });

  it('puts a pull request together from all that is said of it', () => {
    expect(
      mergeFacts({ actor: 'a', pullRequest: { number: 1 } }, { actor: 'b', pullRequest: { fork: 'x/y' } }),
    ).toEqual({
      actor: 'b',
      pullRequest: { number: 1, fork: 'x/y' },
    });
  });
});
