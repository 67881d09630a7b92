import { describe, expect, test } from 'vitest';
import { githubActions } from '../../../daemon/platforms/github-actions/platform.ts';
import { sampleGrant, sampleJob } from './sample-job.ts';

type Sample = NonNullable<Parameters<typeof sampleJob>[1]>;

const identify = (sample: Sample = {}) => githubActions.identify(sampleJob(githubActions, sample));
const PERMITTED = { idToken: true, idTokens: {} };

describe('the environment of a job', () => {
  const handOver = (sample: Sample = {}, extra = {}) => {
    const job = sampleJob(githubActions, sample);
    return githubActions.handOver(job, { ...sampleGrant(job), ...extra });
  };

  test('has every default variable, the claims’ values in them', async () => {
    const variables = await handOver({ trigger: 'pull_request' }, { workspace: '/repository/widgets' }).variables();
    const { claims } = identify({ trigger: 'pull_request' });
    for (const name of ['ACTOR', 'ACTOR_ID', 'BASE_REF', 'EVENT_NAME', 'HEAD_REF', 'REF', 'REF_TYPE', 'SHA']) {
      expect(variables[`GITHUB_${name}`]).toBe(claims[name.toLowerCase()]);
    }
    for (const name of [
      'REPOSITORY',
      'REPOSITORY_ID',
      'REPOSITORY_OWNER',
      'REPOSITORY_OWNER_ID',
      'RUN_ID',
      'WORKFLOW',
    ]) {
      expect(variables[`GITHUB_${name}`]).toBe(claims[name.toLowerCase()]);
    }
    expect(variables).toMatchObject({
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION: '__run',
      GITHUB_API_URL: 'https://api.github.com',
      GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
      GITHUB_JOB: 'deploy',
      GITHUB_REF_NAME: '7/merge',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_WORKSPACE: '/repository/widgets',
      RUNNER_ENVIRONMENT: 'github-hosted',
      RUNNER_OS: expect.stringMatching(/^(?:Linux|Windows|macOS)$/),
      RUNNER_TEMP: '/run-directory',
      ACTIONS_ORCHESTRATION_ID: expect.stringMatching(/^[0-9a-f-]{36}\.deploy\.__default$/),
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'ab'.repeat(32),
    });
  });

  test('has a request URL that clients may append &audience= to', async () => {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url } = await handOver().variables();
    expect(new URL(`${url}&audience=x`).searchParams.get('audience')).toBe('x');
  });

  test.each<Sample>([{ trigger: 'fork' }, { facts: { workflow: { ...PERMITTED, idToken: null } } }])(
    'has no request URL and token for a job that gets none: %o',
    async (sample) => {
      const names = Object.keys(await handOver(sample).variables());
      expect(names).toContain('GITHUB_ACTIONS');
      expect(names.filter((name) => name.startsWith('ACTIONS_ID_TOKEN'))).toEqual([]);
    },
  );

  test('names files that are there, empty but for the event', async () => {
    const hand = handOver({ trigger: 'pull_request' });
    const [variables, files] = [await hand.variables(), (await hand.files?.()) ?? []];
    const contents = new Map(files.map(({ path, content }) => [`/run-directory/${path}`, content]));
    for (const name of ['ENV', 'OUTPUT', 'PATH', 'STATE', 'STEP_SUMMARY']) {
      expect(contents.get(variables[`GITHUB_${name}`] ?? '')).toBe('');
    }
    expect(JSON.parse(contents.get(variables.GITHUB_EVENT_PATH ?? '') ?? '')).toMatchObject({
      number: 7,
      pull_request: { number: 7, head: { ref: 'feature', repo: { fork: false } }, base: { ref: 'main' } },
      repository: { full_name: 'acme/widgets', private: true, owner: { login: 'acme' } },
      sender: { login: 'octocat' },
    });
    expect(files.every(({ refreshSeconds }) => refreshSeconds === null)).toBe(true);
  });

  test.each<[Sample, object]>([
    [{}, { ref: 'refs/heads/main', after: expect.any(String), pusher: { name: 'octocat' } }],
    [{ trigger: 'manual' }, { inputs: {}, workflow: '.github/workflows/deploy.yml' }],
    [
      { trigger: 'tag', event: 'release' },
      { action: 'published', release: { tag_name: 'v1.0.0' } },
    ],
    [{ facts: { defaultBranch: 'trunk' } }, { repository: { default_branch: 'trunk' } }],
    [
      { trigger: 'pull_request', facts: { defaultBranch: 'trunk' } },
      { pull_request: { head: { repo: { default_branch: 'trunk' } }, base: { repo: { default_branch: 'trunk' } } } },
    ],
    [{ event: 'merge_group' }, { merge_group: { head_sha: expect.any(String) } }],
    [{ trigger: 'fork' }, { pull_request: { head: { repo: { full_name: 'contributor/widgets', fork: true } } } }],
  ])('tells the event of %o as its webhook would', async (sample, payload) => {
    const files = (await handOver(sample).files?.()) ?? [];
    const event = files.find(({ path }) => path.endsWith('event.json'));
    expect(JSON.parse(event?.content ?? '')).toMatchObject(payload);
  });

  test('is that of an Enterprise Server where the job is there', async () => {
    expect(await handOver({ options: { host: 'github.acme.example' } }).variables()).toMatchObject({
      GITHUB_SERVER_URL: 'https://github.acme.example',
      GITHUB_API_URL: 'https://github.acme.example/api/v3',
      GITHUB_GRAPHQL_URL: 'https://github.acme.example/api/graphql',
    });
  });
});
