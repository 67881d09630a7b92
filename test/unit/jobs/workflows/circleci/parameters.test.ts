import { describe, expect, it } from 'vitest';
import { resolveJob } from '../../../../../daemon/jobs/resolve-job.ts';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { FRAME, inMemory, namesOf, problemOf, ROOT, readJobs } from '../../fixtures.ts';

const TEXT = `
parameters:
  deploy: { type: boolean, default: false }
  env: { type: string, default: prod }
workflows:
  ship: { when: << pipeline.parameters.deploy >>, jobs: [{ deploy: { context: 'aws-<< pipeline.parameters.env >>' } }] }
  test: { unless: << pipeline.parameters.deploy >>, jobs: [unit] }
`;
const OPTIONS = { contexts: { meaning: '', default: '' } };

describe('a parameter of a pipeline', () => {
  it('has its default where nobody could say another', async () => {
    const jobs = await readJobs('.circleci/config.yml', TEXT, {}, {}, OPTIONS);
    expect(Object.values(jobs).map(({ id, isLeftOut }) => [id, isLeftOut])).toEqual([
      ['ship/deploy', true],
      ['test/unit', false],
    ]);
    expect(jobs['ship/deploy']?.job.options.contexts).toBe('aws-prod');
  });

  // CircleCI docs, "Pipeline values and parameters": the API, and a schedule, may pass others.
  it.each<JobQuery>([{ event: 'manual' }, { event: 'schedule' }])(
    'is not known for %j, which may say another',
    async (query) => {
      const jobs = await readJobs('.circleci/config.yml', TEXT, query, {}, OPTIONS);
      expect(Object.values(jobs).map(({ isLeftOut }) => isLeftOut)).toEqual([false, false]);
      expect(jobs['ship/deploy']?.unknowns).toEqual([
        { expression: 'pipeline.parameters.deploy', where: 'ship.when', taken: 'true' },
        { expression: 'pipeline.parameters.env', where: 'ship/deploy.context', taken: 'aws-prod' },
      ]);
    },
  );

  it('is not known in a configuration that another one continues with', async () => {
    const setup = { '.circleci/config.yml': 'version: 2.1\nsetup: true # dynamic\n' };
    const jobs = await readJobs('.circleci/continue.yml', TEXT, {}, setup);
    expect(Object.values(jobs).map(namesOf)).toEqual([
      ['pipeline.parameters.deploy', 'pipeline.parameters.env'],
      ['pipeline.parameters.deploy'],
    ]);
    const plain = { '.circleci/config.yml': 'version: 2.1\n# setup: true\n' };
    expect((await readJobs('.circleci/continue.yml', TEXT, {}, plain))['ship/deploy']?.isLeftOut).toBe(true);
  });
});

describe('setup: true', () => {
  const SETUP = 'setup: true\nworkflows: { main: { jobs: [{ path-filtering/filter: { name: filter } }] } }\n';

  it('leaves its own jobs as they are, and says that the pipeline goes on', async () => {
    const jobs = await readJobs('.circleci/config.yml', SETUP);
    expect(jobs['main/filter']).toMatchObject({
      isLeftOut: false,
      unknowns: [],
      warnings: ['setup: the pipeline goes on with another configuration, which is not read'],
      job: { jobId: 'filter', workflowName: 'main' },
    });
  });

  it('is named where a job is asked for that it does not have', async () => {
    const path = `${ROOT}/.circleci/config.yml`;
    const [, message] = await problemOf(() =>
      resolveJob({ job: `${path}#deploy` }, FRAME, inMemory({ [path]: SETUP })),
    );
    expect(message).toContain('nobody here knows what is in the configuration that setup continues with');
  });
});
