import { describe, expect, test } from 'vitest';
import type { JobFacts } from '../../../daemon/jobs/complete-job.ts';
import { CLAIMS } from '../../../daemon/platforms/gitlab/claims.ts';
import { guessTier } from '../../../daemon/platforms/gitlab/identify.ts';
import { gitlab } from '../../../daemon/platforms/gitlab/platform.ts';
import { openSite } from './open-site.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

const FACTS: JobFacts = {
  owner: 'acme/platform',
  repository: 'widgets',
  host: 'gitlab.example.com',
  sha: '1f'.repeat(20),
  actor: 'sidney',
  environment: 'prod',
  isRefProtected: true,
};

const declare = (idTokens: Record<string, string | readonly string[]>): JobFacts => ({
  workflow: { idToken: null, idTokens },
});

test('a token has the claims of GitLab, each of its type', async () => {
  const options = { 'user-identities': 'github:2435223452345,saml:a', 'groups-direct': 'acme,acme/platform' };
  const job = sampleJob(gitlab, { facts: FACTS, options: { ...options, 'id-token': 'VAULT_ID_TOKEN=https://vault' } });
  const { header, claims } = await mintSample(gitlab, job);
  expect(Object.keys(header)).toEqual(['kid', 'typ', 'alg']);
  expect(header).toMatchObject({ typ: 'JWT', alg: 'RS256', kid: expect.stringMatching(/^[\w-]{43}$/) });
  expect(describeTypes(claims)).toEqual({
    ...{ iss: 'string', sub: 'string', aud: 'string', jti: 'string', iat: 'integer', nbf: 'integer', exp: 'integer' },
    ...{ namespace_id: 'string', namespace_path: 'string', project_id: 'string', project_path: 'string' },
    ...{
      job_namespace_id: 'string',
      job_namespace_path: 'string',
      job_project_id: 'string',
      job_project_path: 'string',
    },
    ...{ user_id: 'string', user_login: 'string', user_email: 'string', user_access_level: 'string' },
    ...{ user_identities: 'array', groups_direct: 'array', pipeline_id: 'string', pipeline_source: 'string' },
    ...{ job_id: 'string', ref: 'string', ref_type: 'string', ref_path: 'string', ref_protected: 'string' },
    ...{ environment: 'string', environment_protected: 'string', deployment_tier: 'string' },
    ...{ environment_action: 'string', runner_id: 'integer', runner_environment: 'string', sha: 'string' },
    ...{ project_visibility: 'string', ci_config_ref_uri: 'string', ci_config_sha: 'string' },
  });
  expect(claims).toMatchObject({
    sub: 'project_path:acme/platform/widgets:ref_type:branch:ref:main',
    aud: 'https://vault',
    namespace_path: 'acme/platform',
    project_path: 'acme/platform/widgets',
    job_project_path: 'acme/platform/widgets',
    user_login: 'sidney',
    user_access_level: 'developer',
    user_identities: [
      { provider: 'github', extern_uid: '2435223452345' },
      { provider: 'saml', extern_uid: 'a' },
    ],
    groups_direct: ['acme', 'acme/platform'],
    pipeline_source: 'push',
    ref: 'main',
    ref_path: 'refs/heads/main',
    ref_protected: 'true',
    environment: 'prod',
    environment_protected: 'false',
    deployment_tier: 'production',
    environment_action: 'start',
    runner_environment: 'gitlab-hosted',
    project_visibility: 'private',
    ci_config_ref_uri: 'gitlab.example.com/acme/platform/widgets//.gitlab-ci.yml@refs/heads/main',
    ci_config_sha: '1f'.repeat(20),
    jti: expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  });
  for (const id of ['namespace_id', 'project_id', 'user_id', 'pipeline_id', 'job_id']) {
    expect(claims[id]).toMatch(/^\d+$/);
  }
  expect(Number(claims.nbf)).toBe(Number(claims.iat) - 5);
  expect(Number(claims.exp)).toBe(Number(claims.iat) + 3_600);
});

test('a token says what every option says, not what is usual', async () => {
  const options = {
    'id-token': 'VAULT_ID_TOKEN=https://vault',
    'sub-claim-components': 'project_path,environment_protected,deployment_tier',
    'project-id': '20',
    'namespace-id': '72',
    'user-id': '1',
    'user-access-level': 'owner',
    'user-identities': 'github:2435223452345',
    'groups-direct': 'acme',
    'environment-protected': 'true',
    'environment-action': 'stop',
    'deployment-tier': 'staging',
    'runner-id': '9',
    'runner-environment': 'self-hosted',
  };
  expect(Object.keys(options).sort()).toEqual(Object.keys(gitlab.options).sort());
  for (const [name, text] of Object.entries(options)) expect(text, name).not.toBe(gitlab.options[name]?.default);
  const facts: JobFacts = { ...FACTS, visibility: 'public', isRefProtected: false };
  const job = sampleJob(gitlab, { facts, options });
  const { claims } = await mintSample(gitlab, job);
  expect(claims).toMatchObject({
    sub: 'project_path:acme/platform/widgets:environment_protected:true:deployment_tier:staging',
    aud: 'https://vault',
    project_id: '20',
    job_project_id: '20',
    namespace_id: '72',
    job_namespace_id: '72',
    user_id: '1',
    user_access_level: 'owner',
    user_identities: [{ provider: 'github', extern_uid: '2435223452345' }],
    groups_direct: ['acme'],
    ref_protected: 'false',
    environment_protected: 'true',
    environment_action: 'stop',
    deployment_tier: 'staging',
    runner_id: 9,
    runner_environment: 'self-hosted',
    project_visibility: 'public',
  });
  expect(await gitlab.handOver(job, sampleGrant(job)).variables()).toMatchObject({
    CI_PROJECT_ID: '20',
    CI_PROJECT_NAMESPACE_ID: '72',
    GITLAB_USER_ID: '1',
    CI_RUNNER_ID: '9',
    CI_ENVIRONMENT_ACTION: 'stop',
    CI_ENVIRONMENT_TIER: 'staging',
    CI_COMMIT_REF_PROTECTED: 'false',
  });
});

test('every job of a pipeline has a number of its own', () => {
  const [build, deploy] = ['build', 'deploy'].map(
    (jobId) => gitlab.identify(sampleJob(gitlab, { facts: { jobId } })).claims,
  );
  expect(build?.pipeline_id).toBe(deploy?.pipeline_id);
  expect(build?.job_id).not.toBe(deploy?.job_id);
});

test('the described claims are those of a token', () => {
  const options = { 'user-identities': 'github:1', 'groups-direct': 'acme' };
  const { claims } = gitlab.identify(sampleJob(gitlab, { facts: FACTS, options }));
  expect(Object.keys(claims).sort()).toEqual(Object.keys(CLAIMS).sort());
});

test('what belongs to an environment, shared identities or groups is absent without them', () => {
  const { claims } = gitlab.identify(sampleJob(gitlab));
  const absent = ['environment', 'environment_protected', 'deployment_tier', 'environment_action'];
  for (const name of [...absent, 'user_identities', 'groups_direct']) expect(claims).not.toHaveProperty(name);
});

test.each([
  [5_400, 5_400],
  [31 * 86_400, 30 * 86_400],
])('a token lives as long as its job may, %i s, and never more than 30 days', async (timeoutSeconds, life) => {
  const { claims } = await mintSample(gitlab, sampleJob(gitlab, { facts: { timeoutSeconds } }));
  expect(Number(claims.exp) - Number(claims.iat)).toBe(life);
});

describe('sub, source and refs', () => {
  const project = 'project_path:acme/widgets';
  test.each([
    ['push', `${project}:ref_type:branch:ref:main`, 'push', 'refs/heads/main'],
    ['tag', `${project}:ref_type:tag:ref:v1.0.0`, 'push', 'refs/tags/v1.0.0'],
    ['pull_request', `${project}:ref_type:branch:ref:feature`, 'merge_request_event', 'refs/heads/feature'],
    ['schedule', `${project}:ref_type:branch:ref:main`, 'schedule', 'refs/heads/main'],
    ['manual', `${project}:ref_type:branch:ref:main`, 'web', 'refs/heads/main'],
  ] as const)('of %s', (trigger, subject, source, refPath) => {
    for (const environment of [null, 'prod']) {
      const identity = gitlab.identify(sampleJob(gitlab, { trigger, facts: { environment } }));
      expect(identity.subject).toBe(subject);
      expect(identity.claims).toMatchObject({ pipeline_source: source, ref_path: refPath });
    }
  });

  test('GitLab’s own words for an event are kept, and those of others are not', () => {
    const sourceOf = (event: string) =>
      gitlab.identify(sampleJob(gitlab, { trigger: 'manual', event })).claims.pipeline_source;
    expect(sourceOf('parent_pipeline')).toBe('parent_pipeline');
    expect(sourceOf('workflow_dispatch')).toBe('web');
  });

  test('a merge request from a fork tells the fork from the project that runs it', () => {
    const { subject, claims, warnings } = gitlab.identify(sampleJob(gitlab, { trigger: 'fork' }));
    expect(subject).toBe('project_path:contributor/widgets:ref_type:branch:ref:feature');
    expect(claims).toMatchObject({
      project_path: 'contributor/widgets',
      namespace_path: 'contributor',
      job_project_path: 'acme/widgets',
      job_namespace_path: 'acme',
    });
    expect(claims.project_id).not.toBe(claims.job_project_id);
    expect(warnings.join()).toContain('fork');
  });

  test('a project may choose the components of sub; one without a value is left out', () => {
    const components = 'project_path,ref_protected,environment_protected,deployment_tier';
    const subjectOf = (environment: string | null) =>
      gitlab.identify(sampleJob(gitlab, { facts: { environment }, options: { 'sub-claim-components': components } }))
        .subject;
    expect(subjectOf(null)).toBe('project_path:acme/widgets:ref_protected:false');
    expect(subjectOf('staging')).toBe(
      'project_path:acme/widgets:ref_protected:false:environment_protected:false:deployment_tier:staging',
    );
  });

  test.each(['ref,project_path', 'project_path,sha', ''])('the components "%s" are not ones', (components) => {
    expect(gitlab.options['sub-claim-components']?.pattern?.test(components)).toBe(false);
  });
});

test.each([
  ['production', 'production'],
  ['LIVE', 'production'],
  ['staging/eu', 'staging'],
  ['review/app-1', 'development'],
  ['qa-2', 'testing'],
  ['moon', 'other'],
])('an environment named %s is of the tier %s', (environment, tier) => {
  expect(guessTier(environment)).toBe(tier);
});

describe('id_tokens', () => {
  const audiencesOf = async (facts: JobFacts, options = {}) => {
    const job = sampleJob(gitlab, { facts, options });
    return gitlab.handOver(job, sampleGrant(job)).variables();
  };

  test('become one variable each, for one audience or a list', async () => {
    const variables = await audiencesOf(declare({ VAULT_ID_TOKEN: 'https://vault', ONE: ['a'], MANY: ['a', 'b'] }));
    expect(variables.VAULT_ID_TOKEN).toBe('token for "https://vault"');
    expect(variables.ONE).toBe('token for ["a"]');
    expect(variables.MANY).toBe('token for ["a","b"]');
  });

  test.each(['one', ['one'], ['one', 'two']].map((aud) => ({ aud })))('keep the form of aud: $aud', async ({ aud }) => {
    const { claims } = await mintSample(gitlab, sampleJob(gitlab, { facts: declare({ TOKEN: aud }) }));
    expect(claims.aud).toEqual(aud);
  });

  test('are added to by an option, where a repeated name is a further audience', async () => {
    const variables = await audiencesOf(declare({ VAULT_ID_TOKEN: 'https://vault', MORE: 'a' }), {
      'id-token': 'SIGSTORE_ID_TOKEN=sigstore,NPM_ID_TOKEN=npm:registry.example,TWO=a,TWO=b,MORE=b',
    });
    expect(variables).toMatchObject({
      VAULT_ID_TOKEN: 'token for "https://vault"',
      MORE: 'token for ["a","b"]',
      SIGSTORE_ID_TOKEN: 'token for "sigstore"',
      NPM_ID_TOKEN: 'token for "npm:registry.example"',
      TWO: 'token for ["a","b"]',
    });
  });

  test('that a job of a workflow file does not declare are refused, and there is no variable', async () => {
    expect(gitlab.identify(sampleJob(gitlab, { facts: declare({}) })).refusal).toMatchObject({ code: 'id_tokens' });
    expect(Object.values(await audiencesOf(declare({}))).join()).not.toContain('token for');
  });

  test('that nobody names are warned about where no workflow file says what the job declares', async () => {
    const { refusal, warnings, audience } = gitlab.identify(sampleJob(gitlab));
    expect(refusal).toBeNull();
    expect(warnings.join()).toContain('id_tokens');
    expect(audience).toBe('http://localhost:6468/issuers/gitlab');
    const variables = await audiencesOf({});
    for (const name of ['SIGSTORE_ID_TOKEN', 'NPM_ID_TOKEN', 'VAULT_ID_TOKEN']) {
      expect(variables).not.toHaveProperty(name);
    }
  });

  test('whose name cannot be a variable are left out and said', async () => {
    const facts = declare({ 'A=B': 'x', 'C\0D': 'x', GOOD: 'x' });
    expect(Object.entries(await audiencesOf(facts)).filter(([, value]) => value === 'token for "x"')).toEqual([
      ['GOOD', 'token for "x"'],
    ]);
    expect(gitlab.identify(sampleJob(gitlab, { facts })).warnings).toHaveLength(2);
  });

  test.each(['NAME', 'NAME=', '1NAME=a', 'NAME=a,', 'NAME=a b', 'NA-ME=a'])('the option "%s" is none', (option) => {
    expect(gitlab.options['id-token']?.pattern?.test(option)).toBe(false);
  });
});

describe('the environment of a job', () => {
  const variablesOf = async (sample: Parameters<typeof sampleJob>[1]) => {
    const job = sampleJob(gitlab, sample);
    return gitlab.handOver(job, sampleGrant(job)).variables();
  };

  test('names the instance, which is the issuer, and what runs', async () => {
    expect(await variablesOf({ facts: FACTS })).toMatchObject({
      CI: 'true',
      GITLAB_CI: 'true',
      CI_SERVER_URL: 'http://localhost:6468/issuers/gitlab',
      CI_SERVER_HOST: 'localhost',
      CI_SERVER_PORT: '6468',
      CI_PROJECT_PATH: 'acme/platform/widgets',
      CI_PROJECT_ROOT_NAMESPACE: 'acme',
      CI_PROJECT_PATH_SLUG: 'acme-platform-widgets',
      CI_COMMIT_BRANCH: 'main',
      CI_COMMIT_REF_PROTECTED: 'true',
      CI_PIPELINE_SOURCE: 'push',
      CI_ENVIRONMENT_NAME: 'prod',
      CI_ENVIRONMENT_TIER: 'production',
      GITLAB_USER_LOGIN: 'sidney',
    });
  });

  test('names the default branch where it is known', async () => {
    expect(await variablesOf({ facts: { defaultBranch: 'trunk' } })).toMatchObject({ CI_DEFAULT_BRANCH: 'trunk' });
    expect(await variablesOf({})).not.toHaveProperty('CI_DEFAULT_BRANCH');
  });

  test('has no CI_JOB_JWT, and takes one away that the shell has', async () => {
    expect(Object.keys(await variablesOf({})).filter((name) => name.startsWith('CI_JOB_JWT'))).toEqual([]);
    expect(gitlab.markers).toEqual(expect.arrayContaining(['CI_JOB_JWT', 'CI_JOB_JWT_V2']));
  });

  test('tells a tag and a merge request from a branch', async () => {
    const tag = await variablesOf({ trigger: 'tag' });
    expect(tag).toMatchObject({ CI_COMMIT_TAG: 'v1.0.0', CI_COMMIT_REF_SLUG: 'v1-0-0' });
    expect(tag).not.toHaveProperty('CI_COMMIT_BRANCH');
    const fork = await variablesOf({ trigger: 'fork' });
    expect(fork).toMatchObject({
      CI_PROJECT_PATH: 'acme/widgets',
      CI_MERGE_REQUEST_IID: '7',
      CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: 'contributor/widgets',
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
    });
    expect(fork).not.toHaveProperty('CI_COMMIT_BRANCH');
  });
});

test('the JWKS is where GitLab has it', async () => {
  const { documentAt } = await openSite(gitlab, sampleJob(gitlab));
  const discovery = JSON.parse(String(documentAt('/.well-known/openid-configuration')?.body));
  expect(discovery.jwks_uri).toBe('http://localhost:6468/issuers/gitlab/oauth/discovery/keys');
  expect(documentAt('/oauth/discovery/keys')).toBeDefined();
});

test('the real issuer is the instance that has the repository', () => {
  expect(gitlab.realIssuer(sampleJob(gitlab, { facts: FACTS }))).toBe('https://gitlab.example.com');
  expect(gitlab.realIssuer(sampleJob(gitlab))).toBe('https://gitlab.com');
});

test('every option takes its own default', () => {
  for (const option of Object.values(gitlab.options)) expect(option.pattern?.test(option.default) ?? true).toBe(true);
});

test.each([
  ...['PATH', 'HOME', 'LD_PRELOAD', 'MINTMARK_HOME', 'http_proxy', 'SSL_CERT_FILE', 'CI_JOB_ID', 'CI', 'GITLAB_CI'],
])('a job whose id_tokens would take the place of %s gets nothing', async (name) => {
  for (const job of [
    sampleJob(gitlab, { facts: declare({ A_TOKEN: 'https://a', [name]: 'https://b' }) }),
    sampleJob(gitlab, { options: { 'id-token': `${name}=https://b` } }),
  ]) {
    const told = `id_tokens: ${name} is a variable of`;
    await expect(gitlab.handOver(job, sampleGrant(job)).variables()).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining(told),
    });
  }
});

test.each(['GITLAB_OIDC_TOKEN', 'CI_ID_TOKEN', 'PATHS', 'CI_MERGE_REQUEST_IID'])(
  'a job may have a token in %s, which it has no other use for',
  async (name) => {
    const job = sampleJob(gitlab, { facts: declare({ [name]: 'https://a' }) });
    expect((await gitlab.handOver(job, sampleGrant(job)).variables())[name]).toBeDefined();
  },
);
