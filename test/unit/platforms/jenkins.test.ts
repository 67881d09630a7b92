import { expect, test } from 'vitest';
import { jenkins } from '../../../daemon/platforms/jenkins/platform.ts';
import { openSite } from './open-site.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

type Sample = NonNullable<Parameters<typeof sampleJob>[1]>;

const identify = (sample: Sample = {}) => jenkins.identify(sampleJob(jenkins, sample));
const handOver = (sample: Sample = {}) => {
  const job = sampleJob(jenkins, sample);
  return jenkins.handOver(job, sampleGrant(job));
};

test('a token has the plugin’s header and claims, key by key and type by type, neither nbf nor jti', async () => {
  const { header, claims } = await mintSample(jenkins, sampleJob(jenkins, { facts: { runNumber: 17 } }));
  expect(Object.keys(header)).toEqual(['kid', 'typ', 'alg']);
  expect(header).toMatchObject({
    typ: 'JWT',
    alg: 'RS256',
    kid: expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  });
  expect(describeTypes(claims)).toEqual({
    iss: 'string',
    aud: 'array',
    exp: 'integer',
    iat: 'integer',
    sub: 'string',
    build_number: 'integer',
  });
  expect(claims).toMatchObject({
    aud: ['sts.amazonaws.com'],
    sub: 'https://jenkins.example.com/job/widgets/job/main/',
    build_number: 17,
    exp: Number(claims.iat) + 3_600,
  });
});

test('discovery says that nobody can sign in, and the keys are at /jwks', async () => {
  const job = sampleJob(jenkins);
  const { documentAt } = await openSite(jenkins, job);
  expect(documentAt('/jwks')).toBeDefined();
  expect(JSON.parse(String(documentAt('/.well-known/openid-configuration')?.body))).toEqual({
    issuer: job.issuerUrl,
    jwks_uri: `${job.issuerUrl}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    authorization_endpoint: 'https://unimplemented',
    token_endpoint: 'https://unimplemented',
  });
});

test.each<[Sample, string]>([
  [{ trigger: 'push' }, 'job/widgets/job/main/'],
  [{ trigger: 'schedule' }, 'job/widgets/job/main/'],
  [{ trigger: 'manual', facts: { environment: 'prod' } }, 'job/widgets/job/main/'],
  [{ trigger: 'tag' }, 'job/widgets/job/v1.0.0/'],
  [{ trigger: 'pull_request' }, 'job/widgets/job/PR-7/'],
  [{ trigger: 'fork' }, 'job/widgets/job/PR-7/'],
  [{ facts: { ref: 'refs/heads/feature/x' } }, 'job/widgets/job/feature%252Fx/'],
  [{ options: { folder: 'team/web' } }, 'job/team/job/web/job/widgets/job/main/'],
  [{ options: { 'job-name': 'nightly build' } }, 'job/nightly%20build/'],
])('sub of %o is the URL of its job', (sample, path) => {
  expect(identify(sample).subject).toBe(`https://jenkins.example.com/${path}`);
  expect(identify(sample).refusal).toBeNull();
});

test('a credential as text is bound to IDTOKEN, or to the variable that is named', async () => {
  const { variables, files } = handOver({ facts: { runNumber: 17 } });
  expect(files).toBeUndefined();
  expect(await variables()).toMatchObject({
    CI: 'true',
    IDTOKEN: 'token for null',
    JENKINS_URL: 'https://jenkins.example.com/',
    JOB_NAME: 'widgets/main',
    JOB_URL: 'https://jenkins.example.com/job/widgets/job/main/',
    BUILD_NUMBER: '17',
    BUILD_ID: '17',
    BUILD_TAG: 'jenkins-widgets-main-17',
    BUILD_URL: 'https://jenkins.example.com/job/widgets/job/main/17/',
    BRANCH_NAME: 'main',
  });
  const named = await handOver({ options: { variable: 'VAULT_JWT' } }).variables();
  expect(named.VAULT_JWT).toBe('token for null');
  expect(named).not.toHaveProperty('IDTOKEN');
});

test('a credential as file is written once, for nobody to change', async () => {
  const { variables, files } = handOver({ options: { binding: 'file' } });
  const [file, ...others] = (await files?.()) ?? [];
  expect(others).toEqual([]);
  expect(file).toMatchObject({ mode: 0o400, content: 'token for null', refreshSeconds: null });
  expect(await variables()).toMatchObject({ AWS_WEB_IDENTITY_TOKEN_FILE: `/run-directory/${file?.path}` });
});

test('a pull request is a change request to Jenkins', async () => {
  expect(await handOver({ trigger: 'fork' }).variables()).toMatchObject({
    BRANCH_NAME: 'PR-7',
    CHANGE_ID: '7',
    CHANGE_TARGET: 'main',
    CHANGE_BRANCH: 'feature',
    CHANGE_FORK: 'contributor/widgets',
  });
  expect(await handOver({ trigger: 'tag' }).variables()).toMatchObject({ TAG_NAME: 'v1.0.0' });
});

test.each([
  [{}, 'https://jenkins.example.com/oidc'],
  [{ folder: 'team/web' }, 'https://jenkins.example.com/oidc/job/team/job/web'],
  [{ 'jenkins-url': 'https://ci.acme.example/jenkins/' }, 'https://ci.acme.example/jenkins/oidc'],
])('the real issuer with %o is %s', (options, issuer) => {
  expect(jenkins.realIssuer(sampleJob(jenkins, { options }))).toBe(issuer);
});

test('every option takes its own default', () => {
  for (const option of Object.values(jenkins.options)) expect(option.pattern?.test(option.default) ?? true).toBe(true);
});
