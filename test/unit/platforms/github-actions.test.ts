import { describe, expect, test } from 'vitest';
import type { JobFacts } from '../../../daemon/jobs/complete-job.ts';
import { githubActions } from '../../../daemon/platforms/github-actions/platform.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

type Sample = NonNullable<Parameters<typeof sampleJob>[1]>;

const identify = (sample: Sample = {}) => githubActions.identify(sampleJob(githubActions, sample));
const subjectOf = (sample: Sample = {}) => identify(sample).subject;
const PERMITTED = { idToken: true, idTokens: {} };
const IDS = { 'repository-id': '456789', 'owner-id': '123456' };

/** ci-platforms A1: every claim of a real token, with its type. */
const GOLDEN = {
  actor: 'string',
  actor_id: 'string',
  aud: 'string',
  base_ref: 'string',
  check_run_id: 'string',
  environment: 'string',
  environment_node_id: 'string',
  event_name: 'string',
  exp: 'integer',
  head_ref: 'string',
  iat: 'integer',
  iss: 'string',
  job_workflow_ref: 'string',
  job_workflow_sha: 'string',
  jti: 'string',
  nbf: 'integer',
  ref: 'string',
  ref_protected: 'string',
  ref_type: 'string',
  repository: 'string',
  repository_id: 'string',
  repository_owner: 'string',
  repository_owner_id: 'string',
  repository_visibility: 'string',
  run_attempt: 'string',
  run_id: 'string',
  run_number: 'string',
  runner_environment: 'string',
  sha: 'string',
  sub: 'string',
  workflow: 'string',
  workflow_ref: 'string',
  workflow_sha: 'string',
};

describe('the token', () => {
  test('has GitHub’s header and claims, key by key and type by type', async () => {
    const job = sampleJob(githubActions, { facts: { environment: 'production', isRefProtected: true } });
    const { header, claims } = await mintSample(githubActions, job);
    expect(Object.keys(header)).toEqual(['alg', 'kid', 'typ', 'x5t']);
    expect(header).toMatchObject({ alg: 'RS256', typ: 'JWT' });
    expect(String(header.kid)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(describeTypes(claims)).toEqual(GOLDEN);
    expect(claims).toMatchObject({
      sub: 'repo:acme/widgets:environment:production',
      aud: 'https://github.com/acme',
      exp: Number(claims.iat) + 300,
      nbf: Number(claims.iat) - 300,
      ref_protected: 'true',
      run_number: '1',
      event_name: 'push',
      workflow_ref: 'acme/widgets/.github/workflows/deploy.yml@refs/heads/main',
      job_workflow_ref: 'acme/widgets/.github/workflows/deploy.yml@refs/heads/main',
    });
    expect(String(claims.jti)).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('says what the repository, the run and every option say, not what is usual', async () => {
    const options = {
      ...IDS,
      'runner-environment': 'self-hosted',
      'subject-claims': 'repo,context,runner_environment',
      immutable: '2026-08-01',
      'repository-properties': '{"team":"platform"}',
      enterprise: 'acme-inc',
      'enterprise-issuer': 'true',
      tenant: 'octocorp',
    };
    const facts: JobFacts = { sha: '1f'.repeat(20), visibility: 'internal', runNumber: 20, runAttempt: 3 };
    const job = sampleJob(githubActions, { facts: { ...facts, environment: 'prod' }, options });
    const { claims } = await mintSample(githubActions, job);
    expect(describeTypes(claims)).toEqual({
      ...GOLDEN,
      enterprise: 'string',
      enterprise_id: 'string',
      repo_property_team: 'string',
    });
    expect(claims).toMatchObject({
      sub: 'repo:acme@123456/widgets@456789:environment:prod:runner_environment:self-hosted',
      aud: 'https://octocorp.ghe.com/acme',
      ref_protected: 'false',
      repository_id: '456789',
      repository_owner_id: '123456',
      repository_visibility: 'internal',
      run_attempt: '3',
      run_number: '20',
      runner_environment: 'self-hosted',
      sha: '1f'.repeat(20),
      workflow_sha: '1f'.repeat(20),
      job_workflow_sha: '1f'.repeat(20),
      enterprise: 'acme-inc',
      repo_property_team: 'platform',
    });
    const variables = await githubActions.handOver(job, sampleGrant(job)).variables();
    expect(variables).toMatchObject({
      GITHUB_REF_PROTECTED: 'false',
      GITHUB_RUN_ATTEMPT: '3',
      GITHUB_RUN_NUMBER: '20',
      GITHUB_WORKFLOW_SHA: '1f'.repeat(20),
      RUNNER_ENVIRONMENT: 'self-hosted',
    });
  });

  test('names no environment and no enterprise where there is none, and no branches outside pull requests', () => {
    const { claims } = identify();
    expect(Object.keys(claims).filter((name) => /^enterprise|^environment/.test(name))).toEqual([]);
    expect(claims).toMatchObject({ head_ref: '', base_ref: '' });
  });

  test('names a reusable workflow as the one that holds the job', () => {
    const reusableWorkflow = 'acme/automation/.github/workflows/oidc.yml@refs/heads/v2';
    const { claims } = identify({ facts: { reusableWorkflow, environment: 'prod' } });
    expect(claims).toMatchObject({
      job_workflow_ref: reusableWorkflow,
      workflow_ref: 'acme/widgets/.github/workflows/deploy.yml@refs/heads/main',
    });
    expect(claims.job_workflow_sha).not.toBe(claims.workflow_sha);
  });

  test('has the custom properties of the repository as texts', () => {
    const properties = JSON.stringify({ team: 'platform', pci: true, regions: ['us-east-1', 'eu-west-1'] });
    expect(identify({ options: { 'repository-properties': properties } }).claims).toMatchObject({
      repo_property_team: 'platform',
      repo_property_pci: 'true',
      repo_property_regions: 'us-east-1,eu-west-1',
    });
  });

  test.each(['[]', '{', '{"a":1}', '{"a":{}}', '"x"', '{"":"x"}'])('takes no %s for custom properties', (text) => {
    expect(() => identify({ options: { 'repository-properties': text } })).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });
});

test('discovery has exactly GitHub’s members, beside issuer and jwks_uri', () => {
  expect(githubActions.profile.jwksPath).toBe('/.well-known/jwks');
  expect(githubActions.profile.discovery(['RS256'])).toEqual({
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
    claims_supported: (
      'sub aud exp iat iss jti nbf ref sha repository repository_id repository_owner repository_owner_id enterprise ' +
      'enterprise_id run_id run_number run_attempt actor actor_id workflow workflow_ref workflow_sha head_ref base_ref ' +
      'event_name ref_type ref_protected environment environment_node_id job_workflow_ref job_workflow_sha ' +
      'repository_visibility runner_environment issuer_scope check_run_id'
    ).split(' '),
  });
});

describe('the subject', () => {
  const pull = 'repo:acme/widgets:pull_request';
  const main = 'repo:acme/widgets:ref:refs/heads/main';
  test.each<[string, Sample, string, string]>([
    ['push', {}, main, 'push'],
    ['a tag', { trigger: 'tag' }, 'repo:acme/widgets:ref:refs/tags/v1.0.0', 'push'],
    ['a pull request', { trigger: 'pull_request' }, pull, 'pull_request'],
    ['a review', { trigger: 'pull_request', event: 'pull_request_review' }, pull, 'pull_request_review'],
    ['a pull request from a fork', { trigger: 'fork' }, pull, 'pull_request'],
    ['its base', { trigger: 'pull_request', event: 'pull_request_target' }, main, 'pull_request_target'],
    ['a schedule', { trigger: 'schedule' }, main, 'schedule'],
    ['a hand', { trigger: 'manual' }, main, 'workflow_dispatch'],
    ['a run', { trigger: 'manual', event: 'workflow_run' }, main, 'workflow_run'],
    ['a deployment', { trigger: 'manual', event: 'deployment' }, main, 'deployment'],
    ['a release', { trigger: 'tag', event: 'release' }, 'repo:acme/widgets:ref:refs/tags/v1.0.0', 'release'],
    [
      'a merge queue',
      { event: 'merge_group', facts: { sha: 'a'.repeat(40) } },
      `repo:acme/widgets:ref:refs/heads/gh-readonly-queue/main/pr-7-${'a'.repeat(40)}`,
      'merge_group',
    ],
  ])('of a job that %s started is that of what it runs on', (_name, sample, subject, eventName) => {
    const { subject: found, claims } = identify(sample);
    expect(found).toBe(subject);
    expect(claims.event_name).toBe(eventName);
    const inProduction = { ...sample, facts: { ...sample.facts, environment: 'production' } };
    expect(subjectOf(inProduction)).toBe('repo:acme/widgets:environment:production');
  });

  test('of a pull request leaves its branches to claims, and runs its merge', () => {
    expect(
      identify({ trigger: 'pull_request', facts: { pullRequest: { headBranch: 'fix', number: 12 } } }).claims,
    ).toMatchObject({ head_ref: 'fix', base_ref: 'main', ref: 'refs/pull/12/merge', ref_type: 'branch' });
    expect(
      identify({ trigger: 'pull_request', event: 'pull_request_target', facts: { pullRequest: { headBranch: 'fix' } } })
        .claims,
    ).toMatchObject({ head_ref: 'fix', base_ref: 'main', ref: 'refs/heads/main' });
  });

  test.each<[Sample, string]>([
    [{ facts: { environment: 'Production:V1' } }, 'repo:acme/widgets:environment:Production%3AV1'],
    [{ facts: { workflowName: 'a:b' }, options: { 'subject-claims': 'workflow' } }, 'workflow:a%3Ab'],
  ])('writes a colon in a value as %%3A: %o', (sample, subject) => {
    expect(subjectOf(sample)).toBe(subject);
  });

  test.each([
    ['false', 'acme/widgets'],
    ['true', 'acme@123456/widgets@456789'],
    ['2026-07-15', 'acme/widgets'],
    ['2026-07-16', 'acme@123456/widgets@456789'],
  ])('with immutable %s is of repo:%s', (immutable, name) => {
    expect(subjectOf({ options: { ...IDS, immutable } })).toBe(`repo:${name}:ref:refs/heads/main`);
  });

  test('has no ids on GitHub Enterprise Server, which is said', () => {
    const { subject, warnings } = identify({ options: { ...IDS, immutable: 'true', host: 'github.acme.example' } });
    expect(subject).toBe('repo:acme/widgets:ref:refs/heads/main');
    expect(warnings).toHaveLength(1);
  });

  test.each([
    ['github.acme.example', 'release', 1],
    ['github.acme.example', 'main', 0],
    ['', 'release', 0],
  ])(
    'of a run on the target, of the host %j, to %s, is of the default branch, which is %i times doubtful',
    (host, baseBranch, doubts) => {
      const facts: JobFacts = { pullRequest: { baseBranch } };
      const sample: Sample = { trigger: 'pull_request', event: 'pull_request_target', facts, options: { host } };
      expect(identify(sample)).toMatchObject({
        subject: main,
        warnings: Array.from({ length: doubts }, () => expect.any(String)),
      });
    },
  );

  const reusableWorkflow = 'acme/x/.github/workflows/oidc.yml@refs/heads/main';
  test.each<[string, string, Sample]>([
    ['repository_owner,repository_visibility', 'repository_owner:acme:repository_visibility:private', {}],
    [
      'repo,context,job_workflow_ref',
      `repo:acme/widgets:environment:prod:job_workflow_ref:${reusableWorkflow}`,
      { facts: { environment: 'prod', reusableWorkflow } },
    ],
    ['repo', 'repo:acme@123456/widgets@456789', { options: { ...IDS, immutable: 'true' } }],
    ['repository_id', 'repository_id:456789', { options: { ...IDS, immutable: 'true' } }],
    ['context', 'pull_request', { trigger: 'pull_request' }],
    ['repo_property_team', 'repo_property_team:a', { options: { 'repository-properties': '{"team":"a"}' } }],
  ])('is put together from the keys %s of a template', (keys, subject, sample) => {
    const options = { ...sample.options, 'subject-claims': keys };
    expect(identify({ ...sample, options })).toMatchObject({ subject, refusal: null });
  });

  test.each(['nothing', 'repo,repository', 'repo_property_team', 'constructor'])('has no key %s', (keys) => {
    expect(() => identify({ options: { 'subject-claims': keys } })).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });

  test.each(['environment', 'repo,environment_node_id', 'enterprise'])(
    'that must say %s is refused to a job that has none',
    (keys) => {
      expect(identify({ options: { 'subject-claims': keys } }).refusal?.code).toBe('subject-claims');
    },
  );
});

describe('a job', () => {
  test.each<[string, Sample, string | null]>([
    ['of nobody’s workflow file', {}, null],
    ['with id-token: write', { facts: { workflow: PERMITTED } }, null],
    ['without permissions', { facts: { workflow: { ...PERMITTED, idToken: null } } }, 'permission'],
    ['with id-token: none', { facts: { workflow: { ...PERMITTED, idToken: false } } }, 'permission'],
    ['of a pull request', { trigger: 'pull_request' }, null],
    ['of a fork', { trigger: 'fork' }, 'fork'],
    ['of a fork, on its base', { trigger: 'fork', event: 'pull_request_target' }, null],
  ])('%s gets a token where GitHub gives it one', (_name, sample, code) => {
    expect(identify(sample).refusal?.code ?? null).toBe(code);
  });

  const NOTHING = { ...PERMITTED, idToken: null };
  test.each<[string, Sample, JobFacts, string | null, number]>([
    ['push, permitted by its file', {}, { workflow: PERMITTED }, null, 0],
    ['push, of a file that grants nothing', {}, { workflow: NOTHING }, 'permission', 0],
    ['push, of nobody’s file', {}, {}, null, 1],
    ['pull request, permitted by its file', { trigger: 'pull_request' }, { workflow: PERMITTED }, null, 0],
    [
      'pull request, of a file that grants nothing',
      { trigger: 'pull_request' },
      { workflow: NOTHING },
      'permission',
      0,
    ],
    ['pull request, of nobody’s file', { trigger: 'pull_request' }, {}, null, 1],
    ['run by hand', { trigger: 'manual' }, {}, null, 0],
    ['comment', { trigger: 'manual', event: 'issue_comment' }, { workflow: PERMITTED }, null, 0],
    ['run on the target', { trigger: 'pull_request', event: 'pull_request_target' }, { workflow: PERMITTED }, null, 1],
    [
      'run on a target that is its own',
      { trigger: 'pull_request', event: 'pull_request_target' },
      { workflow: PERMITTED, pullRequest: { baseBranch: 'dependabot/npm_and_yarn/left-pad-2.0.0' } },
      'dependabot',
      0,
    ],
    [
      'run on the target, of a file that grants nothing',
      { trigger: 'pull_request', event: 'pull_request_target' },
      { workflow: NOTHING },
      'permission',
      0,
    ],
  ])('of Dependabot’s %s gets one where its file raises what is read-only', (_name, sample, facts, code, warned) => {
    const { refusal, warnings } = identify({ ...sample, facts: { ...facts, actor: 'dependabot[bot]' } });
    expect(refusal?.code ?? null).toBe(code);
    expect(warnings).toHaveLength(warned);
  });

  test.each([
    [{}, 'https://token.actions.githubusercontent.com', 'https://github.com/acme'],
    [{ enterprise: 'acme-inc' }, 'https://token.actions.githubusercontent.com', 'https://github.com/acme'],
    [
      { enterprise: 'acme-inc', 'enterprise-issuer': 'true' },
      'https://token.actions.githubusercontent.com/acme-inc',
      'https://github.com/acme',
    ],
    [
      { host: 'github.acme.example' },
      'https://github.acme.example/_services/token',
      'https://github.acme.example/acme',
    ],
    [{ tenant: 'octocorp' }, 'https://token.actions.octocorp.ghe.com', 'https://octocorp.ghe.com/acme'],
    [
      { tenant: 'octocorp', 'enterprise-issuer': 'true' },
      'https://token.actions.octocorp.ghe.com/octocorp',
      'https://octocorp.ghe.com/acme',
    ],
  ])('with %o belongs to the issuer %s and its tokens are for %s', (options, issuer, audience) => {
    const job = sampleJob(githubActions, { options });
    expect(githubActions.realIssuer(job)).toBe(issuer);
    expect(githubActions.identify(job).audience).toBe(audience);
  });

  test('of an enterprise says so', () => {
    const { claims } = identify({ options: { enterprise: 'acme-inc' } });
    expect(claims).toMatchObject({ enterprise: 'acme-inc', enterprise_id: expect.stringMatching(/^\d+$/) });
  });
});
