import { describe, expect, it } from 'vitest';
import { listWorkflowJobs } from '../../../../../daemon/jobs/resolve-job.ts';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { FRAME, inMemory, ROOT, readJobs } from '../../fixtures.ts';

const on = (ref: string, more: JobQuery = {}): JobQuery => ({ ref: `refs/${ref}`, ...more });
const TAG = on('tags/v1.2', { event: 'tag' });
const PULL: JobQuery = { event: 'pull_request' };

async function isStarted(head: string, query: JobQuery): Promise<boolean> {
  const [job] = Object.values(await readJobs('azure-pipelines.yml', `${head}\nsteps: [{ script: x }]\n`, query));
  return job?.isLeftOut === false;
}

describe('trigger and pr of a pipeline', () => {
  // Azure docs: "trigger definition", "pr definition", "Build Azure Repos Git or TFS Git repositories", "CI triggers"
  it.each<readonly [string, JobQuery, boolean]>([
    ['', {}, true],
    ['', TAG, true],
    ['trigger: none', {}, false],
    ['trigger: none', { event: 'manual' }, true],
    ['trigger: none', { event: 'schedule' }, true],
    ['trigger: none', PULL, true],
    ['trigger: [main, release/*]', {}, true],
    ['trigger: [main, release/*]', on('heads/release/1/x'), true],
    ['trigger: [main, release/*]', on('heads/topic'), false],
    ['trigger: [main]', TAG, false],
    ['trigger: { branches: { include: [main] } }', on('heads/topic'), false],
    ['trigger: { branches: { exclude: [topic] } }', on('heads/topic'), false],
    ['trigger: { branches: { exclude: [topic] } }', {}, true],
    ['trigger: { branches: { include: ["*"], exclude: [release/old*] } }', on('heads/release/old1'), false],
    ['trigger: { branches: { include: [refs/tags/v*] } }', TAG, true],
    ['trigger: { branches: { include: [refs/heads/main] } }', {}, true],
    ['trigger: { branches: { include: [main] }, tags: { include: [v*] } }', TAG, true],
    ['trigger: { branches: { include: [main] }, tags: { include: [v*], exclude: [v1.*] } }', TAG, false],
    ['trigger: { batch: true }', {}, true],
    ['pr: none', PULL, false],
    ['pr: none', {}, true],
    ['pr: [main]', PULL, true],
    ['pr: [release/*]', PULL, false],
    ['pr: { branches: { include: [release/*] } }', { event: 'pull_request', options: { base: 'release/1' } }, true],
  ])('%s lets %j start it: %j', async (head, query, expected) => {
    expect(await isStarted(head, query)).toBe(expected);
  });

  it('mean nothing for pull requests of Azure Repos, whose branches have policies', async () => {
    const path = `${ROOT}/azure-pipelines.yml`;
    const text = 'pr: none\nsteps: [{ script: x }]\n';
    const git = async () => ({ facts: { host: 'dev.azure.com' }, tag: null, notes: [] });
    const [job] = await listWorkflowJobs(path, text, PULL, FRAME, { ...inMemory(), readGit: git });
    expect(job?.isLeftOut).toBe(false);
  });

  it('say why a run does not start, and what depends on files or on settings', async () => {
    const read = async (head: string, query: JobQuery = {}) =>
      Object.values(await readJobs('azure-pipelines.yml', `${head}\nsteps: [{ script: x }]\n`, query))[0]?.warnings;
    expect(await read('trigger: [main]', on('heads/topic'))).toEqual(['trigger: refs/heads/topic does not start it']);
    expect(await read('trigger: { branches: { include: [main] }, paths: { exclude: [docs] } }')).toEqual([
      'trigger: whether it starts depends on the paths that changed',
    ]);
    expect(await read('', TAG)).toContain('trigger: a tag starts no run unless the file, or a setting, names it');
  });
});

describe('a step of Bitbucket', () => {
  it('that depends on files that changed, or waits for somebody, says so', async () => {
    const text = `pipelines:
  default:
    - step: { name: A, condition: { changesets: { includePaths: [x] } } }
    - stage: { condition: { changesets: { includePaths: [y] } }, trigger: manual, steps: [{ step: { name: B } }] }
    - step: { name: C, trigger: manual }
    - step: { name: D, trigger: automatic }
`;
    const jobs = Object.values(await readJobs('bitbucket-pipelines.yml', text));
    const files = { expression: 'files that changed (condition)', taken: 'true' };
    expect(jobs.map(({ unknowns, warnings }) => [unknowns, warnings])).toEqual([
      [[{ ...files, where: 'default/A' }], []],
      [[{ ...files, where: 'default/B' }], ['default/B: somebody has to start it']],
      [[], ['default/C: somebody has to start it']],
      [[], []],
    ]);
  });
});
