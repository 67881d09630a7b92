import { describe, expect, test } from 'vitest';
import { CLAIMS } from '../../../daemon/platforms/terraform/claims.ts';
import { terraform } from '../../../daemon/platforms/terraform/platform.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

const WORKSPACE = 'organization:initech:project:Core Infra:workspace:net-prod';
const NAMES = { organization: 'initech', project: 'Core Infra', workspace: 'net-prod' };
const TESTS = { ...NAMES, module: 'terraform-aws-vpc' };

test('the token of a run has Terraform’s claims, all texts, and is valid from five seconds before', async () => {
  const { header, claims } = await mintSample(terraform, sampleJob(terraform, { options: NAMES }));
  expect(Object.keys(header)).toEqual(['typ', 'alg', 'kid']);
  expect(header).toMatchObject({ typ: 'JWT', alg: 'RS256', kid: expect.stringMatching(/^[\w-]{43}$/) });
  expect(describeTypes(claims)).toEqual({
    ...{ iss: 'string', sub: 'string', aud: 'string', jti: 'string', iat: 'integer', nbf: 'integer', exp: 'integer' },
    ...{ terraform_organization_id: 'string', terraform_organization_name: 'string' },
    ...{ terraform_project_id: 'string', terraform_project_name: 'string' },
    ...{ terraform_workspace_id: 'string', terraform_workspace_name: 'string', terraform_full_workspace: 'string' },
    ...{ terraform_run_id: 'string', terraform_run_phase: 'string' },
  });
  expect(claims).toMatchObject({
    iss: 'http://localhost:6468/issuers/terraform',
    sub: `${WORKSPACE}:run_phase:apply`,
    aud: 'aws.workload.identity',
    terraform_organization_id: expect.stringMatching(/^org-[A-Za-z0-9]{16}$/),
    terraform_organization_name: 'initech',
    terraform_project_id: expect.stringMatching(/^prj-[A-Za-z0-9]{16}$/),
    terraform_project_name: 'Core Infra',
    terraform_workspace_id: expect.stringMatching(/^ws-[A-Za-z0-9]{16}$/),
    terraform_workspace_name: 'net-prod',
    terraform_full_workspace: WORKSPACE,
    terraform_run_id: expect.stringMatching(/^run-[A-Za-z0-9]{16}$/),
    terraform_run_phase: 'apply',
  });
  expect(Number(claims.nbf) - Number(claims.iat)).toBe(-5);
});

test('the described claims are those of a token', () => {
  expect(Object.keys(terraform.identify(sampleJob(terraform)).claims).sort()).toEqual(Object.keys(CLAIMS).sort());
});

test.each([
  ['plan', null, 7_200],
  ['apply', null, 86_400],
  ['apply', 300, 300],
  ['apply', 100_000, 86_400],
] as const)('a token of %s lives as long as the phase may take', async (phase, timeoutSeconds, seconds) => {
  const job = sampleJob(terraform, { facts: { timeoutSeconds }, options: { 'run-phase': phase } });
  const { claims } = await mintSample(terraform, job);
  expect(Number(claims.exp) - Number(claims.iat)).toBe(seconds);
});

describe('sub', () => {
  const project = 'organization:acme:project:Default Project:workspace:widgets';
  test.each([
    ['push', 'apply'],
    ['tag', 'apply'],
    ['pull_request', 'plan'],
    ['schedule', 'apply'],
    ['manual', 'apply'],
  ] as const)('of %s is of the phase %s, with and without environment', (trigger, phase) => {
    for (const environment of [null, 'production']) {
      const { subject, claims, refusal } = terraform.identify(
        sampleJob(terraform, { trigger, facts: { environment } }),
      );
      expect([subject, claims.terraform_run_phase]).toEqual([`${project}:run_phase:${phase}`, phase]);
      expect(refusal).toBeNull();
    }
  });

  test('is of the phase that is asked for', () => {
    const { subject } = terraform.identify(sampleJob(terraform, { options: { 'run-phase': 'plan' } }));
    expect(subject).toBe(`${project}:run_phase:plan`);
  });
});

test('a pull request from a fork has no run, and nothing of its environment is a token', async () => {
  const job = sampleJob(terraform, { trigger: 'fork' });
  const { refusal } = terraform.identify(job);
  expect(refusal?.code).toBe('fork');
  await expect(mintSample(terraform, job)).rejects.toMatchObject({ code: 'job_refused' });
  const variables = await terraform.handOver(job, { ...sampleGrant(job), refusal }).variables();
  expect(Object.keys(variables).filter((name) => name.includes('WORKLOAD_IDENTITY'))).toEqual([]);
});

describe('tests of a module', () => {
  test('have a token of their own form: valid from 30 seconds before, ten minutes long', async () => {
    const { claims } = await mintSample(terraform, sampleJob(terraform, { options: TESTS }));
    expect(describeTypes(claims)).toEqual({
      ...{ iss: 'string', sub: 'string', aud: 'string', jti: 'string', iat: 'integer', nbf: 'integer', exp: 'integer' },
      ...{ terraform_run_phase: 'string', terraform_organization_id: 'string' },
      ...{ terraform_organization_name: 'string', terraform_run_id: 'string' },
    });
    expect(claims).toMatchObject({
      sub: 'organization:initech:module:terraform-aws-vpc:operation:test_run',
      terraform_run_phase: 'plan',
      terraform_run_id: expect.stringMatching(/^trun-[A-Za-z0-9]{16}$/),
    });
    expect([Number(claims.nbf), Number(claims.exp)].map((at) => at - Number(claims.iat))).toEqual([-30, 600]);
  });

  test('may have one that lives 5 to 30 minutes', async () => {
    const { pattern } = terraform.options['module-test-token-ttl'] ?? {};
    expect(['299', '300', '1800', '1801'].map((text) => pattern?.test(text))).toEqual([false, true, true, false]);
    const job = sampleJob(terraform, { options: { ...TESTS, 'module-test-token-ttl': '1800' } });
    const { claims } = await mintSample(terraform, job);
    expect(Number(claims.exp) - Number(claims.iat)).toBe(1_800);
  });
});

describe('the environment of a run', () => {
  const variablesOf = async (sample: Parameters<typeof sampleJob>[1]) => {
    const job = sampleJob(terraform, sample);
    return terraform.handOver(job, sampleGrant(job)).variables();
  };

  test('has a token for each audience of the workspace', async () => {
    const options = { 'tagged-audiences': 'VAULT=vault.workload.identity,GCP=//iam.googleapis.com/x' };
    expect(await variablesOf({ options })).toMatchObject({
      TFC_WORKLOAD_IDENTITY_TOKEN: 'token for null',
      TFC_WORKLOAD_IDENTITY_TOKEN_VAULT: 'token for "vault.workload.identity"',
      TFC_WORKLOAD_IDENTITY_AUDIENCE_VAULT: 'vault.workload.identity',
      TFC_WORKLOAD_IDENTITY_TOKEN_GCP: 'token for "//iam.googleapis.com/x"',
    });
  });

  test('the audience of the token without a tag is the workspace’s', () => {
    expect(terraform.identify(sampleJob(terraform, { options: { audience: 'sts' } })).audience).toBe('sts');
  });

  test('names run, workspace and commit', async () => {
    expect(await variablesOf({ trigger: 'pull_request' })).toMatchObject({
      TFC_RUN_ID: expect.stringMatching(/^run-/),
      TFC_WORKSPACE_SLUG: 'acme/widgets',
      TFC_PROJECT_NAME: 'Default Project',
      TFC_CONFIGURATION_VERSION_GIT_BRANCH: 'feature',
      TFC_CONFIGURATION_VERSION_GIT_TAG: '',
    });
    expect(await variablesOf({ trigger: 'tag' })).toMatchObject({ TFC_CONFIGURATION_VERSION_GIT_TAG: 'v1.0.0' });
  });
});

test.each(['TAG', 'TAG=', 'A=b,', 'A-B=c', 'A=b c'])('the option tagged-audiences takes no "%s"', (text) => {
  expect(terraform.options['tagged-audiences']?.pattern?.test(text)).toBe(false);
});
