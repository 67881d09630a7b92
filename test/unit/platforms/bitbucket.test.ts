import { describe, expect, test } from 'vitest';
import { PREVIEW_RUN } from '../../../daemon/jobs/stable-ids.ts';
import { CLAIMS } from '../../../daemon/platforms/bitbucket/claims.ts';
import { bitbucket } from '../../../daemon/platforms/bitbucket/platform.ts';
import { openSite } from './open-site.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

const WORKSPACE = '1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d';
const REPOSITORY = '6a1e4b8c-0d2f-4c3a-9b5e-7f8091a2b3c4';
const ENVIRONMENT = '0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9';
const OPTIONS = { 'workspace-uuid': WORKSPACE, 'repository-uuid': REPOSITORY, 'environment-uuid': ENVIRONMENT };
const BRACED = /^\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/;

const grantOf = (idToken: boolean | null, audiences: readonly string[] = []) => ({
  workflow: { idToken, idTokens: audiences.length > 0 ? { BITBUCKET_STEP_OIDC_TOKEN: audiences } : {} },
});

test('a token has the claims of Bitbucket, UUIDs in braces', async () => {
  const job = sampleJob(bitbucket, { facts: { environment: 'production' }, options: OPTIONS });
  const { header, claims } = await mintSample(bitbucket, job);
  expect(Object.keys(header)).toEqual(['kid', 'typ', 'alg']);
  expect(header).toMatchObject({
    alg: 'RS256',
    typ: 'JWT',
    kid: expect.stringMatching(/^identity\/pipelines\/[0-9a-f]{8}$/),
  });
  expect(describeTypes(claims)).toEqual({
    ...{ iss: 'string', sub: 'string', aud: 'string', iat: 'integer', exp: 'integer' },
    ...{ accountUuid: 'string', workspaceUuid: 'string', repositoryUuid: 'string', pipelineUuid: 'string' },
    ...{ deploymentEnvironmentUuid: 'string', stepUuid: 'string', branchName: 'string' },
  });
  for (const [name, value] of Object.entries(claims)) if (name.endsWith('Uuid')) expect(value).toMatch(BRACED);
  expect(claims).toMatchObject({
    aud: `ari:cloud:bitbucket::workspace/${WORKSPACE}`,
    sub: `{${REPOSITORY}}:{${ENVIRONMENT}}:${claims.stepUuid}`,
    workspaceUuid: `{${WORKSPACE}}`,
    branchName: 'main',
  });
  expect(Object.keys(CLAIMS).every((name) => Object.hasOwn(claims, name))).toBe(true);
  expect(Number(claims.exp) - Number(claims.iat)).toBe(3_600);
});

test.each([
  ['push', 'main'],
  ['tag', undefined],
  ['pull_request', 'feature'],
  ['schedule', 'main'],
  ['manual', 'main'],
] as const)('sub of %s has the environment where there is one', (trigger, branch) => {
  const identityIn = (environment: string | null) =>
    bitbucket.identify(sampleJob(bitbucket, { trigger, facts: { environment }, options: OPTIONS }));
  const without = identityIn(null);
  expect(without.subject).toBe(`{${REPOSITORY}}:${without.claims.stepUuid}`);
  expect(without.claims).not.toHaveProperty('deploymentEnvironmentUuid');
  expect(without.claims.branchName).toBe(branch);
  const deployed = identityIn('production');
  expect(deployed.subject).toBe(`{${REPOSITORY}}:{${ENVIRONMENT}}:${deployed.claims.stepUuid}`);
  expect(deployed.claims.deploymentEnvironmentUuid).toBe(`{${ENVIRONMENT}}`);
});

test('sub of a job that is only looked at has no UUID of a step, and says why', () => {
  const job = sampleJob(bitbucket, { facts: { environment: null }, options: OPTIONS });
  const { subject, warnings } = bitbucket.identify({ ...job, runKey: PREVIEW_RUN });
  expect(subject).toBe(`{${REPOSITORY}}:{STEP-UUID}`);
  expect(warnings).toEqual([expect.stringContaining('another in every run')]);
  expect(bitbucket.identify(job).warnings).toEqual([]);
});

describe('audiences', () => {
  test('of the step are a list', async () => {
    const { claims } = await mintSample(bitbucket, sampleJob(bitbucket, { options: { audiences: 'a,https://b' } }));
    expect(claims.aud).toEqual(['a', 'https://b']);
  });

  test('of the step’s file are a list too, behind what the caller says', () => {
    const facts = grantOf(true, ['a']);
    expect(bitbucket.identify(sampleJob(bitbucket, { facts })).audience).toEqual(['a']);
    expect(bitbucket.identify(sampleJob(bitbucket, { facts, options: { audiences: 'b' } })).audience).toEqual(['b']);
  });

  test.each([
    ['ten', Array.from({ length: 10 }, () => 'a'), null],
    ['eleven', Array.from({ length: 11 }, () => 'a'), 'audiences'],
    ['one of 150 characters', ['a'.repeat(150)], null],
    ['one of 151 characters', ['a'.repeat(151)], 'audiences'],
  ])('of a file are refused when there are too many or one is too long: %s', (_name, audiences, code) => {
    const { refusal } = bitbucket.identify(sampleJob(bitbucket, { facts: grantOf(true, audiences) }));
    expect(refusal?.code ?? null).toBe(code);
  });

  const { pattern } = bitbucket.options.audiences ?? {};
  test.each([
    ['ten', Array.from({ length: 10 }, (_, index) => `a${index}`).join(), true],
    ['eleven', Array.from({ length: 11 }, (_, index) => `a${index}`).join(), false],
    ['one of 150 characters', 'a'.repeat(150), true],
    ['one of 151 characters', 'a'.repeat(151), false],
    ['an empty one among others', 'a,,b', false],
  ])('may be so many and so long: %s', (_name, audiences, isTaken) => {
    expect(pattern?.test(audiences)).toBe(isTaken);
  });
});

describe('a step', () => {
  const variablesOf = async (sample: Parameters<typeof sampleJob>[1]) => {
    const job = sampleJob(bitbucket, sample);
    return bitbucket.handOver(job, sampleGrant(job)).variables();
  };

  test.each([true, false, null])('whose file says oidc: %s gets a token only for true', async (idToken) => {
    const facts = grantOf(idToken);
    const { refusal } = bitbucket.identify(sampleJob(bitbucket, { facts }));
    expect(refusal?.code ?? null).toBe(idToken === true ? null : 'oidc');
    expect(Object.hasOwn(await variablesOf({ facts }), 'BITBUCKET_STEP_OIDC_TOKEN')).toBe(idToken === true);
  });

  test('that has no file gets one, and so does one that has audiences', async () => {
    expect((await variablesOf({})).BITBUCKET_STEP_OIDC_TOKEN).toBe('token for null');
    const options = { audiences: 'a' };
    expect(await variablesOf({ facts: grantOf(null), options })).toHaveProperty('BITBUCKET_STEP_OIDC_TOKEN');
  });

  test('does not run for a pull request from a fork', async () => {
    expect(bitbucket.identify(sampleJob(bitbucket, { trigger: 'fork' })).refusal).toMatchObject({ code: 'fork' });
    expect(await variablesOf({ trigger: 'fork' })).not.toHaveProperty('BITBUCKET_STEP_OIDC_TOKEN');
  });

  test('finds what Bitbucket tells every step', async () => {
    const job = sampleJob(bitbucket, { facts: { environment: 'production' }, options: OPTIONS });
    const variables = await bitbucket.handOver(job, sampleGrant(job)).variables();
    expect(variables).toMatchObject({
      CI: 'true',
      BITBUCKET_WORKSPACE: 'acme',
      BITBUCKET_REPO_FULL_NAME: 'acme/widgets',
      BITBUCKET_REPO_UUID: `{${REPOSITORY}}`,
      BITBUCKET_STEP_UUID: bitbucket.identify(job).claims.stepUuid,
      BITBUCKET_BRANCH: 'main',
      BITBUCKET_DEPLOYMENT_ENVIRONMENT: 'production',
      BITBUCKET_DEPLOYMENT_ENVIRONMENT_UUID: `{${ENVIRONMENT}}`,
    });
    const tag = await variablesOf({ trigger: 'tag' });
    expect(tag.BITBUCKET_TAG).toBe('v1.0.0');
    expect(tag).not.toHaveProperty('BITBUCKET_BRANCH');
    expect(await variablesOf({ trigger: 'pull_request' })).toMatchObject({
      BITBUCKET_PR_ID: '7',
      BITBUCKET_PR_DESTINATION_BRANCH: 'main',
    });
  });
});

test('the JWKS is where Bitbucket has it', async () => {
  const { documentAt } = await openSite(bitbucket, sampleJob(bitbucket));
  expect(documentAt('/keys.json')).toBeDefined();
});

test('the real issuer is that of the workspace', () => {
  expect(bitbucket.realIssuer(sampleJob(bitbucket))).toBe(
    'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc',
  );
});

test('every option takes its own default', () => {
  for (const option of Object.values(bitbucket.options))
    expect(option.pattern?.test(option.default) ?? true).toBe(true);
});
