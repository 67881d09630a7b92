import { expect, test } from 'vitest';
import { CLAIMS } from '../../../daemon/platforms/vercel/claims.ts';
import { vercel } from '../../../daemon/platforms/vercel/platform.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

type Sample = NonNullable<Parameters<typeof sampleJob>[1]>;

const identify = (sample: Sample = {}) => vercel.identify(sampleJob(vercel, sample));
const variablesOf = async (sample: Sample = {}) => {
  const job = sampleJob(vercel, sample);
  return vercel.handOver(job, sampleGrant(job)).variables();
};

/** ci-platforms A12: every claim of a token, with its type. */
const GOLDEN = {
  iss: 'string',
  sub: 'string',
  scope: 'string',
  aud: 'string',
  owner: 'string',
  owner_id: 'string',
  project: 'string',
  project_id: 'string',
  environment: 'string',
  iat: 'integer',
  nbf: 'integer',
  exp: 'integer',
};

test('a token has Vercel’s header and claims, key by key and type by type, and no jti', async () => {
  const { header, claims } = await mintSample(vercel, sampleJob(vercel));
  expect(Object.keys(header)).toEqual(['typ', 'alg', 'kid']);
  expect(header).toMatchObject({ typ: 'JWT', alg: 'RS256', kid: expect.stringMatching(/^mrk-[0-9a-f]{32}$/) });
  expect(describeTypes(claims)).toEqual(GOLDEN);
  expect(Object.keys(CLAIMS).every((name) => Object.hasOwn(claims, name))).toBe(true);
  expect(claims).toMatchObject({
    sub: 'owner:acme:project:widgets:environment:production',
    scope: claims.sub,
    aud: 'https://vercel.com/acme',
    owner: 'acme',
    owner_id: expect.stringMatching(/^team_[A-Za-z0-9]{24}$/),
    project: 'widgets',
    project_id: expect.stringMatching(/^prj_[A-Za-z0-9]{28}$/),
    environment: 'production',
    nbf: claims.iat,
    exp: Number(claims.iat) + 3_600,
  });
});

test.each<[Sample, string]>([
  [{}, 'production'],
  [{ facts: { ref: 'refs/heads/master' } }, 'production'],
  [{ facts: { ref: 'refs/heads/feature/x' } }, 'preview'],
  [{ trigger: 'manual' }, 'production'],
  [{ trigger: 'schedule' }, 'production'],
  [{ trigger: 'tag' }, 'preview'],
  [{ trigger: 'pull_request' }, 'preview'],
  [{ trigger: 'fork' }, 'preview'],
  [{ options: { 'production-branch': 'release' } }, 'preview'],
  [{ facts: { ref: 'refs/heads/release' }, options: { 'production-branch': 'release' } }, 'production'],
  [{ facts: { environment: 'development' } }, 'development'],
  [{ trigger: 'pull_request', facts: { environment: 'staging' } }, 'staging'],
])('%o is deployed to %s', (sample, environment) => {
  const { subject, claims, refusal } = identify(sample);
  expect(subject).toBe(`owner:acme:project:widgets:environment:${environment}`);
  expect(claims.environment).toBe(environment);
  expect(refusal).toBeNull();
});

test('a token for development lives twelve hours', async () => {
  const { claims } = await mintSample(vercel, sampleJob(vercel, { facts: { environment: 'development' } }));
  expect(Number(claims.exp) - Number(claims.iat)).toBe(12 * 3_600);
});

test('team and project are what the options say, and their ids stay when nobody says them', () => {
  const options = { team: 'other', 'team-id': 'team_1', project: 'shop', 'project-id': 'prj_2' };
  expect(identify({ options }).claims).toMatchObject({
    owner: 'other',
    owner_id: 'team_1',
    project: 'shop',
    project_id: 'prj_2',
  });
  expect(identify({ facts: { ref: 'refs/heads/x' } }).claims.project_id).toBe(identify().claims.project_id);
});

test('a tag, which Vercel does not deploy, is warned of', () => {
  expect(identify({ trigger: 'tag' }).warnings).toHaveLength(1);
  expect(identify().warnings).toEqual([]);
});

test('a build finds its token among Vercel’s variables', async () => {
  expect(
    await variablesOf({ trigger: 'pull_request', facts: { pullRequest: { headBranch: 'feature/new' } } }),
  ).toMatchObject({
    VERCEL: '1',
    CI: '1',
    VERCEL_ENV: 'preview',
    VERCEL_TARGET_ENV: 'preview',
    VERCEL_OIDC_TOKEN: 'token for null',
    VERCEL_PROJECT_ID: expect.stringMatching(/^prj_/),
    VERCEL_DEPLOYMENT_ID: expect.stringMatching(/^dpl_[A-Za-z0-9]{28}$/),
    VERCEL_BRANCH_URL: 'widgets-git-feature-new-acme.vercel.app',
    VERCEL_GIT_PROVIDER: 'github',
    VERCEL_GIT_REPO_OWNER: 'acme',
    VERCEL_GIT_REPO_SLUG: 'widgets',
    VERCEL_GIT_COMMIT_REF: 'feature/new',
    VERCEL_GIT_PULL_REQUEST_ID: '7',
  });
});

test('a custom environment is a preview to whoever knows only three, and development is no CI', async () => {
  expect(await variablesOf({ facts: { environment: 'staging' } })).toMatchObject({
    VERCEL_ENV: 'preview',
    VERCEL_TARGET_ENV: 'staging',
  });
  const development = await variablesOf({ facts: { environment: 'development' } });
  expect(development).toMatchObject({ VERCEL_ENV: 'development' });
  expect(development).not.toHaveProperty('CI');
});

test.each([
  ['team', 'https://oidc.vercel.com/acme'],
  ['global', 'https://oidc.vercel.com'],
])('the real issuer in the mode %s is %s', (mode, issuer) => {
  expect(vercel.realIssuer(sampleJob(vercel, { options: { 'issuer-mode': mode } }))).toBe(issuer);
});

test('every option takes its own default', () => {
  for (const option of Object.values(vercel.options)) expect(option.pattern?.test(option.default) ?? true).toBe(true);
});
