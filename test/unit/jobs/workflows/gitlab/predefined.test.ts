import { describe, expect, it } from 'vitest';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { namesOf, readJobs } from '../../fixtures.ts';

const MAIN: JobQuery = {
  ref: 'refs/heads/main',
  options: { repository: 'acme/platform/widgets' },
};
const OPTION = { meaning: '', default: '' };
const read = (text: string, query: JobQuery = MAIN, more: Readonly<Record<string, string>> = {}) =>
  readJobs('.gitlab-ci.yml', text, query, more, { 'project-id': OPTION, 'user-id': OPTION });

// GitLab docs, "Predefined CI/CD variables reference", "Pre-pipeline" and "Pipeline"; variables/builder.rb
describe('predefined variables of GitLab', () => {
  it.each([
    ['$CI_JOB_STAGE', 'ship'],
    ['$CI_JOB_NAME', 'deploy app'],
    ['$CI_JOB_NAME_SLUG', 'deploy-app'],
    ['$CI_JOB_GROUP_NAME', 'deploy app'],
    ['$CI_NODE_TOTAL', '1'],
    ['$CI_PROJECT_ROOT_NAMESPACE', 'acme'],
    ['$CI_PROJECT_NAMESPACE', 'acme/platform'],
    ['$CI_PROJECT_PATH_SLUG', 'acme-platform-widgets'],
    ['$CI_SERVER_HOST:$CI_SERVER_PORT', 'gitlab.com:443'],
    ['$CI_API_V4_URL', 'https://gitlab.com/api/v4'],
    ['$CI_CONFIG_PATH', '.gitlab-ci.yml'],
    ['$CI_PIPELINE_IID', '1'],
  ])('are filled into the name of an environment: %s', async (text, filled) => {
    const jobs = await read(
      `deploy app: { script: x, stage: ship, environment: 'at $X ${text}', variables: { X: y } }\n`,
    );
    const job = jobs['deploy app'];
    expect([job?.job.environment, namesOf(job), job?.warnings]).toEqual([`at y ${filled}`, [], []]);
  });

  it.each(['$CI_PROJECT_ID', '$CI_PROJECT_TITLE', '$CI_COMMIT_MESSAGE', '$CI_NODE_INDEX', '$GITLAB_USER_NAME'])(
    'stay as they are written, and are named, where nobody here knows them: %s',
    async (text) => {
      const { a } = await read(`a: { script: x, environment: at/${text} }\n`);
      expect([a?.job.environment, namesOf(a)]).toEqual([`at/${text}`, [text]]);
    },
  );

  it('have the ids that somebody says', async () => {
    const query = { ...MAIN, options: { 'project-id': '123', 'user-id': '7' } };
    const { a } = await read('a: { script: x, environment: $CI_PROJECT_ID/$GITLAB_USER_ID }\n', query);
    expect(a?.job.environment).toBe('123/7');
  });

  it('have the stage of a template, that of a job that names none, and none where a template is elsewhere', async () => {
    const { a, b, c } = await read(`
.t: { stage: ship }
a: { script: x, extends: .t, environment: $CI_JOB_STAGE }
b: { script: x, environment: $CI_JOB_STAGE }
c: { script: x, extends: .elsewhere, environment: $CI_JOB_STAGE }
`);
    expect([a, b, c].map((job) => job?.job.environment)).toEqual(['ship', 'test', '$CI_JOB_STAGE']);
    expect(namesOf(c)).toContain('$CI_JOB_STAGE');
  });

  it('decide rules by the stage and the name of the job, and by what is not there yet', async () => {
    const jobs = await read(`
stage: { script: x, stage: ship, rules: [{ if: $CI_JOB_STAGE == "ship" }] }
name: { script: x, rules: [{ if: $CI_JOB_NAME =~ /^other/ }] }
stored: { script: x, rules: [{ if: $CI_PIPELINE_ID }] }
token: { script: x, rules: [{ if: $CI_JOB_TOKEN == null }] }
triggered: { script: x, rules: [{ if: $CI_PIPELINE_TRIGGERED }] }
`);
    const running = (all: typeof jobs) => Object.values(all).flatMap(({ id, isLeftOut }) => (isLeftOut ? [] : [id]));
    expect(Object.values(jobs).flatMap(({ unknowns }) => unknowns)).toEqual([]);
    expect(running(jobs)).toEqual(['stage', 'token']);
    expect(
      running(await read('a: { script: x, rules: [{ if: $CI_PIPELINE_TRIGGERED }] }', { event: 'trigger' })),
    ).toEqual(['a']);
  });

  it('are empty where they are not stored yet, and that is said', async () => {
    const { a } = await read(
      `a: { script: x, environment: 'at-$CI_JOB_ID$CI_PIPELINE_ID', id_tokens: { A: { aud: 'x$CI_JOB_TOKEN' } } }\n`,
    );
    expect([a?.job.environment, a?.job.workflow?.idTokens, namesOf(a)]).toEqual(['at-', { A: 'x' }, []]);
    expect(a?.warnings).toEqual(
      ['CI_JOB_ID', 'CI_PIPELINE_ID', 'CI_JOB_TOKEN'].map(
        (name) => `a: $${name} is empty where GitLab fills it in, for there is no such job or pipeline yet`,
      ),
    );
  });

  it('are those that the file sets, whatever they are called', async () => {
    const { a } = await read(
      'variables: { CI_JOB_ID: mine, CI_JOB_STAGE: own }\na: { script: x, environment: $CI_JOB_ID-$CI_JOB_STAGE }\n',
    );
    expect([a?.job.environment, a?.warnings]).toEqual(['mine-own', []]);
  });

  it('are those of its environment in an audience, but not in the name of the environment', async () => {
    const { a, b } = await read(`
a:
  script: x
  environment: { name: live/$CI_COMMIT_REF_SLUG, action: stop, deployment_tier: production }
  id_tokens: { A: { aud: 'https://$CI_ENVIRONMENT_NAME/$CI_ENVIRONMENT_ACTION/$CI_ENVIRONMENT_TIER' } }
b: { script: x, environment: at/$CI_ENVIRONMENT_NAME, id_tokens: { A: { aud: $CI_ENVIRONMENT_NAME } } }
`);
    expect(a?.job.workflow?.idTokens).toEqual({ A: 'https://live/main/stop/production' });
    expect([namesOf(a), namesOf(b)]).toEqual([[], ['$CI_ENVIRONMENT_NAME', '$CI_ENVIRONMENT_NAME']]);
  });
});

describe('the rows of parallel', () => {
  // GitLab docs, "parallel"; normalizer/number_strategy.rb
  it('are numbers, which the jobs are called by and know', async () => {
    const text =
      "test: { script: x, parallel: 3, environment: 'at/$CI_NODE_INDEX-$CI_NODE_TOTAL-$CI_JOB_NAME_SLUG-$CI_JOB_GROUP_NAME' }\n";
    const { test } = await read(text);
    expect(test?.rows).toEqual([{ CI_NODE_INDEX: '1' }, { CI_NODE_INDEX: '2' }, { CI_NODE_INDEX: '3' }]);
    expect([test?.name, test?.job.environment]).toEqual(['test 1/3', 'at/1-3-test-1-3-test']);
    expect(test?.warnings).toEqual([
      'test.environment: the rows of the matrix have at/1-3-test-1-3-test, at/2-3-test-2-3-test, at/3-3-test-3-3-test; at/1-3-test-1-3-test is taken',
    ]);
    const asked = (await read(text, { ...MAIN, matrix: { CI_NODE_INDEX: '3' } })).test;
    expect([asked?.name, asked?.job.environment]).toEqual(['test 3/3', 'at/3-3-test-3-3-test']);
  });

  it('of a matrix are numbered, too', async () => {
    const text =
      'a: { script: x, parallel: { matrix: [{ P: [x, y] }] }, environment: $P-$CI_NODE_INDEX-$CI_NODE_TOTAL-$CI_JOB_GROUP_NAME }\n';
    const { a } = await read(text, { ...MAIN, matrix: { P: 'y' } });
    expect([a?.name, a?.job.environment]).toEqual(['a: [y]', 'y-2-2-a']);
    expect((await read(text)).a?.warnings).toEqual([
      'a.environment: the rows of the matrix have x-1-2-a, y-2-2-a; x-1-2-a is taken',
    ]);
  });
});

// GitLab docs, "needs:pipeline"; config/entry/bridge.rb
describe('a job without a script that needs a pipeline', () => {
  it.each([
    ['{ needs: { pipeline: acme/other } }', 'needs_pipeline'],
    ['{ needs: [{ pipeline: acme/other }, build] }', 'needs_pipeline'],
    ['{ extends: .mirror }', 'needs_pipeline'],
    ['{ trigger: acme/other, needs: [build] }', 'trigger'],
    ['{ script: x, needs: [{ pipeline: $PARENT, job: build }] }', undefined],
    ['{ script: x, needs: [build] }', undefined],
    ['{ run: [{ name: a, script: x }], needs: [build] }', undefined],
  ])('has no runner, and so no token: %s', async (job, code) => {
    const { a } = await read(
      `default: { id_tokens: { A: { aud: a } } }\n.mirror: { needs: { pipeline: acme/other } }\nbuild: { script: x }\na: ${job}\n`,
    );
    expect(a?.refusal?.code).toBe(code);
  });
});
