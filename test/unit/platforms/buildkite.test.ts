import { describe, expect, test } from 'vitest';
import { AWS_TAGS, CLAIMS } from '../../../daemon/platforms/buildkite/claims.ts';
import { buildkite } from '../../../daemon/platforms/buildkite/platform.ts';
import { namesOf, readJobs } from '../jobs/fixtures.ts';
import { openSite, readPayload, SECRET } from './open-site.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHA = '9f'.repeat(20);
const FACTS = { sha: SHA, jobId: 'build', runNumber: 12 };
const ORGANIZATION = 'f892efa9-103e-4d28-97a1-3b8616a0994d';

test('a token has the claims of Buildkite, each of its type', async () => {
  const { header, claims } = await mintSample(buildkite, sampleJob(buildkite, { trigger: 'tag', facts: FACTS }));
  expect(Object.keys(header)).toEqual(['alg', 'kid', 'typ']);
  expect(header).toMatchObject({ alg: 'RS256', typ: 'JWT', kid: expect.stringMatching(/^[0-9a-f]{40}$/) });
  expect(describeTypes(claims)).toEqual({
    ...{ iss: 'string', sub: 'string', aud: 'string', iat: 'integer', nbf: 'integer', exp: 'integer' },
    ...{ organization_slug: 'string', pipeline_slug: 'string', build_number: 'integer', build_branch: 'string' },
    ...{ build_tag: 'string', build_commit: 'string', step_key: 'string', job_id: 'string', agent_id: 'string' },
    ...{ build_source: 'string', runner_environment: 'string' },
  });
  expect(claims).toMatchObject({
    sub: `organization:acme:pipeline:widgets:ref:refs/tags/v1.0.0:commit:${SHA}:step:build`,
    aud: 'https://buildkite.com/acme',
    organization_slug: 'acme',
    pipeline_slug: 'widgets',
    build_number: 12,
    build_tag: 'v1.0.0',
    build_commit: SHA,
    step_key: 'build',
    job_id: expect.stringMatching(UUID),
    agent_id: expect.stringMatching(UUID),
    build_source: 'webhook',
    runner_environment: 'buildkite-hosted',
  });
  expect(claims.nbf).toBe(claims.iat);
  expect(Number(claims.exp) - Number(claims.iat)).toBe(300);
});

test('a token says what every option says, not what is usual', async () => {
  const job = sampleJob(buildkite, {
    facts: FACTS,
    options: {
      organization: 'acme-inc',
      'organization-id': ORGANIZATION,
      pipeline: 'super-app',
      'pipeline-id': '0184990a-477b-4fa8-9968-496074483cee',
      'step-key': 'deploy',
      cluster: 'blue',
      queue: 'large',
      'agent-tags': 'os=linux',
      'runner-environment': 'self-hosted',
    },
  });
  const names = ['organization_id', 'pipeline_id', 'cluster_name', 'queue_key', 'agent_tag:os', 'agent_tag:queue'];
  const { ask } = await openSite(buildkite, job);
  const { content } = await ask({
    path: `/v3/jobs/${buildkite.identify(job).claims.job_id}/oidc/tokens`,
    headers: { authorization: `Token ${SECRET}` },
    body: { claims: names },
  });
  expect(readPayload(content.token)).toMatchObject({
    sub: `organization:acme-inc:pipeline:super-app:ref:refs/heads/main:commit:${SHA}:step:deploy`,
    aud: 'https://buildkite.com/acme-inc',
    organization_slug: 'acme-inc',
    organization_id: ORGANIZATION,
    pipeline_slug: 'super-app',
    pipeline_id: '0184990a-477b-4fa8-9968-496074483cee',
    step_key: 'deploy',
    cluster_name: 'blue',
    queue_key: 'large',
    'agent_tag:os': 'linux',
    'agent_tag:queue': 'large',
    runner_environment: 'self-hosted',
  });
  expect(await buildkite.handOver(job, sampleGrant(job)).variables()).toMatchObject({
    BUILDKITE_CLUSTER_NAME: 'blue',
    BUILDKITE_COMPUTE_TYPE: 'self-hosted',
    BUILDKITE_STEP_KEY: 'deploy',
  });
});

test.each([
  ['push', 'refs/heads/main', 'main', 'webhook'],
  ['tag', 'refs/tags/v1.0.0', 'v1.0.0', 'webhook'],
  ['pull_request', 'refs/heads/feature', 'feature', 'webhook'],
  ['fork', 'refs/heads/contributor:feature', 'contributor:feature', 'webhook'],
  ['schedule', 'refs/heads/main', 'main', 'schedule'],
  ['manual', 'refs/heads/main', 'main', 'ui'],
] as const)('sub of %s names %s', (trigger, ref, branch, source) => {
  for (const environment of [null, 'prod']) {
    const identity = buildkite.identify(sampleJob(buildkite, { trigger, facts: { ...FACTS, environment } }));
    expect(identity.subject).toBe(`organization:acme:pipeline:widgets:ref:${ref}:commit:${SHA}:step:build`);
    expect(identity.claims).toMatchObject({ build_branch: branch, build_source: source });
    expect(Object.hasOwn(identity.claims, 'build_tag')).toBe(trigger === 'tag');
    expect(identity.refusal).toBeNull();
    expect(identity.warnings).toHaveLength(trigger === 'fork' ? 1 : 0);
  }
});

test('Buildkite’s own words for what started a build are kept, and those of others are not', () => {
  const sourceOf = (event: string) =>
    buildkite.identify(sampleJob(buildkite, { trigger: 'manual', event })).claims.build_source;
  expect(sourceOf('trigger_job')).toBe('trigger_job');
  expect(sourceOf('workflow_dispatch')).toBe('ui');
});

test('a step without a key says null, and nothing in sub', () => {
  const samples = [{ facts: FACTS, options: { 'step-key': '~' } }, { facts: { ...FACTS, jobId: '' } }];
  for (const sample of samples) {
    const { subject, claims } = buildkite.identify(sampleJob(buildkite, sample));
    expect(claims.step_key).toBeNull();
    expect(subject).toMatch(/:step:$/);
  }
});

describe('a step of a pipeline file', () => {
  const TEXT = `steps:
- { label: ':hammer: Specs {{matrix}}', key: specs, command: x, timeout_in_minutes: 15, matrix: [one, two] }
- { command: x, key: plain }
- { label: "Ship $REGION for $$5", command: x }
- group: ':lock: Audit'
  key: audit-tasks
  steps: [{ command: x, name: Yarn }]
- group: ~
  steps: [{ command: x, key: lonely }]
`;
  const variablesOf = async (id: string) => {
    const jobs = await readJobs('.buildkite/pipeline.yml', TEXT, {}, {}, buildkite.options);
    const { job } = jobs[id] ?? expect.unreachable(id);
    return await buildkite.handOver(job, sampleGrant(job)).variables();
  };

  test('is called by its label, as it is written, with the row of its matrix', async () => {
    expect(await variablesOf('specs')).toMatchObject({
      BUILDKITE_LABEL: ':hammer: Specs one',
      BUILDKITE_STEP_KEY: 'specs',
      BUILDKITE_STEP_ID: expect.stringMatching(UUID),
      BUILDKITE_TIMEOUT: '15',
    });
    expect(await variablesOf('specs')).not.toHaveProperty('BUILDKITE_GROUP_ID');
  });

  test('has an empty label without one, and a name in its place', async () => {
    expect(await variablesOf('plain')).toMatchObject({ BUILDKITE_LABEL: '', BUILDKITE_TIMEOUT: 'false' });
    expect(await variablesOf('step-4')).toMatchObject({ BUILDKITE_LABEL: 'Yarn', BUILDKITE_STEP_KEY: '' });
  });

  test('knows the group that it is in', async () => {
    const named = await variablesOf('step-4');
    expect(named).toMatchObject({
      BUILDKITE_GROUP_ID: expect.stringMatching(UUID),
      BUILDKITE_GROUP_KEY: 'audit-tasks',
      BUILDKITE_GROUP_LABEL: ':lock: Audit',
    });
    const nameless = await variablesOf('lonely');
    expect(nameless.BUILDKITE_GROUP_ID).toMatch(UUID);
    expect(nameless.BUILDKITE_GROUP_ID).not.toBe(named.BUILDKITE_GROUP_ID);
    expect(nameless).not.toHaveProperty('BUILDKITE_GROUP_LABEL');
  });

  test('names what the shell puts into its label', async () => {
    const jobs = await readJobs('.buildkite/pipeline.yml', TEXT);
    expect(namesOf(jobs['step-3'])).toEqual(['$REGION']);
  });
});

test('slugs are made of names, and given ones are kept', () => {
  const facts = { owner: 'Acme_Inc/platform', repository: 'Super.App' };
  expect(buildkite.identify(sampleJob(buildkite, { facts })).claims).toMatchObject({
    organization_slug: 'acme-inc',
    pipeline_slug: 'super-app',
  });
  const options = { organization: 'o', pipeline: 'p' };
  expect(buildkite.identify(sampleJob(buildkite, { facts, options })).subject).toMatch(/^organization:o:pipeline:p:/);
});

test('a job finds no token but the address and the credential of the Agent API', async () => {
  const job = sampleJob(buildkite, {
    facts: { ...FACTS, defaultBranch: 'trunk' },
    options: { 'agent-tags': 'aws:region=eu' },
  });
  const { variables, shims } = buildkite.handOver(job, sampleGrant(job));
  const environment = await variables();
  const { claims } = buildkite.identify(job);
  expect(environment).toMatchObject({
    CI: 'true',
    BUILDKITE: 'true',
    BUILDKITE_AGENT_ENDPOINT: `${job.issuerUrl}/v3`,
    BUILDKITE_AGENT_ACCESS_TOKEN: SECRET,
    BUILDKITE_AGENT_OIDC_REQUEST_TOKEN_SKIP_TOKEN_REDACTION: 'true',
    BUILDKITE_JOB_ID: claims.job_id,
    BUILDKITE_BUILD_NUMBER: '12',
    BUILDKITE_COMMIT: SHA,
    BUILDKITE_STEP_KEY: 'build',
    BUILDKITE_PIPELINE_DEFAULT_BRANCH: 'trunk',
    BUILDKITE_PULL_REQUEST: 'false',
    BUILDKITE_AGENT_META_DATA_QUEUE: 'default',
    BUILDKITE_AGENT_META_DATA_AWS_REGION: 'eu',
  });
  expect(Object.values(environment).join()).not.toContain('token for');
  expect(shims).toEqual([
    {
      name: 'buildkite-agent',
      requestUrl: `${job.issuerUrl}/v3/jobs/${claims.job_id}/oidc/tokens`,
      requestToken: SECRET,
    },
  ]);
});

describe('the Agent API', () => {
  const job = sampleJob(buildkite, {
    facts: FACTS,
    options: { 'organization-id': ORGANIZATION, 'agent-tags': 'os=linux' },
  });
  const ids = buildkite.identify(job).claims;
  const path = `/v3/jobs/${ids.job_id}/oidc/tokens`;
  const headers = { authorization: `Token ${SECRET}` };
  const request = async (body: unknown) => (await openSite(buildkite, job)).ask({ path, headers, body });
  const claimsFor = async (body: unknown) => {
    const { status, content } = await request(body);
    expect(status).toBe(200);
    expect(Object.keys(content)).toEqual(['token']);
    return readPayload(content.token);
  };

  test('gives the usual token for an empty request', async () => {
    for (const body of ['', {}, { audience: '', lifetime: 0, claims: [], subject_claim: '' }]) {
      const claims = await claimsFor(body);
      expect(claims).toMatchObject({ aud: 'https://buildkite.com/acme', step_key: 'build' });
      expect(Number(claims.exp) - Number(claims.iat)).toBe(300);
      expect(claims).not.toHaveProperty('organization_id');
      expect(claims).not.toHaveProperty([AWS_TAGS]);
    }
  });

  test('takes an audience and a lifetime', async () => {
    const claims = await claimsFor({ audience: 'sts.amazonaws.com', lifetime: 900 });
    expect(claims.aud).toBe('sts.amazonaws.com');
    expect(Number(claims.exp) - Number(claims.iat)).toBe(900);
  });

  test('adds the claims that are asked for', async () => {
    const optional = Object.keys(CLAIMS).filter((name) => !Object.hasOwn(ids, name));
    const names = optional.filter((name) => name !== AWS_TAGS && name !== 'build_tag');
    const claims = await claimsFor({ claims: [...names, 'agent_tag:os', 'agent_tag:queue', 'build_number'] });
    expect(claims).toMatchObject({
      organization_id: ORGANIZATION,
      cluster_name: 'default',
      queue_key: 'default',
      'agent_tag:os': 'linux',
      'agent_tag:queue': 'default',
      build_number: 12,
    });
    for (const name of ['pipeline_id', 'build_id', 'cluster_id', 'queue_id']) expect(claims[name]).toMatch(UUID);
  });

  test('adds session tags for AWS: numbers as texts, null as the empty one', async () => {
    const tags = ['organization_slug', 'organization_id', 'build_number', 'step_key'];
    const claims = await claimsFor({ aws_session_tags: tags });
    expect(claims[AWS_TAGS]).toEqual({
      principal_tags: {
        organization_slug: ['acme'],
        organization_id: [ORGANIZATION],
        build_number: ['12'],
        step_key: ['build'],
      },
    });
    expect(claims).not.toHaveProperty('organization_id');
    const keyless = await openSite(buildkite, { ...job, options: { ...job.options, 'step-key': '~' } });
    const { content } = await keyless.ask({ path, headers, body: { aws_session_tags: ['step_key'] } });
    expect(readPayload(content.token)[AWS_TAGS]).toEqual({ principal_tags: { step_key: [''] } });
  });

  test.each(['organization_id', 'pipeline_id', 'cluster_id', 'queue_id', 'build_id', 'job_id', 'agent_id'])(
    'makes %s the subject, and a claim',
    async (name) => {
      const claims = await claimsFor({ subject_claim: name });
      expect(claims.sub).toMatch(UUID);
      expect(claims[name]).toBe(claims.sub);
    },
  );

  test.each([
    ['a claim that there is not', { claims: ['colour'] }, 422],
    ['a tag that there is not', { aws_session_tags: ['colour'] }, 422],
    ['a tag that the agent has not', { claims: ['agent_tag:colour'] }, 422],
    ['a name of every object', { claims: ['constructor'] }, 422],
    ['a subject that can change', { subject_claim: 'pipeline_slug' }, 422],
    ['a lifetime that is too long', { lifetime: 86_401 }, 422],
    ['a lifetime that is negative', { lifetime: -1 }, 400],
    ['a lifetime that is no number', { lifetime: '300' }, 400],
    ['an audience that is no text', { audience: ['a'] }, 400],
    ['what is no object', 'null', 400],
    ['what is no JSON', '{', 400],
  ])('refuses %s', async (_name, body, status) => {
    expect(await request(body)).toEqual({ status, content: { message: expect.any(String) } });
  });

  test.each([
    ['no credential', path, {}, 401],
    ['another scheme', path, { authorization: `Bearer ${SECRET}` }, 401],
    ['another secret', path, { authorization: `Token ${'cd'.repeat(32)}` }, 401],
    ['another job', '/v3/jobs/0184990a-477b-4fa8-9968-496074483cee/oidc/tokens', headers, 403],
  ])('refuses %s', async (_name, at, sent, status) => {
    const { ask } = await openSite(buildkite, job);
    expect(await ask({ path: at, headers: sent })).toEqual({ status, content: { message: expect.any(String) } });
  });

  test('is asked by POST', async () => {
    const { ask } = await openSite(buildkite, job);
    expect((await ask({ method: 'GET', path, headers })).status).toBe(405);
  });
});

test('every option takes its own default', () => {
  for (const option of Object.values(buildkite.options))
    expect(option.pattern?.test(option.default) ?? true).toBe(true);
});
