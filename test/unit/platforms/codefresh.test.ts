import { describe, expect, test } from 'vitest';
import { CLAIMS } from '../../../daemon/platforms/codefresh/claims.ts';
import { codefresh } from '../../../daemon/platforms/codefresh/platform.ts';
import { MintmarkError } from '../../../daemon/problem.ts';
import { askRoute, openFakeSite } from './fake-site.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

type Sample = NonNullable<Parameters<typeof sampleJob>[1]>;

const ACCOUNT = '64884faac2751b77ca7ab324';
const PIPELINE = '64f7232ab698cfcb95d93cef';
const IDS = { 'account-id': ACCOUNT, 'pipeline-id': PIPELINE };
const identify = ({ options, ...sample }: Sample = {}) =>
  codefresh.identify(sampleJob(codefresh, { ...sample, options: { ...IDS, ...options } }));

/** ci-platforms A18: every claim of a token of a build by hand with a Git trigger, with its type. */
const GOLDEN = {
  sub: 'string',
  account_id: 'string',
  account_name: 'string',
  pipeline_id: 'string',
  pipeline_name: 'string',
  workflow_id: 'string',
  initiator: 'string',
  scm_user_name: 'string',
  scm_repo_url: 'string',
  scm_ref: 'string',
  sid: 'string',
  aud: 'string',
  iss: 'string',
  iat: 'integer',
  exp: 'integer',
};

test('a token has Codefresh’s header and claims, key by key and type by type, neither nbf nor jti', async () => {
  const { header, claims } = await mintSample(codefresh, sampleJob(codefresh, { trigger: 'manual', options: IDS }));
  expect(Object.keys(header)).toEqual(['alg', 'typ', 'kid']);
  expect(describeTypes(claims)).toEqual(GOLDEN);
  expect(claims).toMatchObject({
    sub: `account:${ACCOUNT}:pipeline:${PIPELINE}:initiator:octocat:scm_repo_url:https://github.com/acme/widgets:scm_user_name:octocat:scm_ref:main`,
    account_id: ACCOUNT,
    account_name: 'acme',
    pipeline_id: PIPELINE,
    pipeline_name: 'widgets/deploy',
    workflow_id: expect.stringMatching(/^[0-9a-f]{24}$/),
    initiator: 'octocat',
    scm_repo_url: 'https://github.com/acme/widgets',
    scm_ref: 'main',
    aud: 'https://g.codefresh.io',
    exp: Number(claims.iat) + 300,
  });
});

const SCM = ':scm_repo_url:https://github.com/acme/widgets:scm_user_name:octocat:scm_ref:';

test.each<[Sample, string]>([
  [{ trigger: 'push' }, `${SCM}main`],
  [{ trigger: 'push', facts: { environment: 'prod' } }, `${SCM}main`],
  [{ trigger: 'tag' }, `${SCM}v1.0.0`],
  [{ trigger: 'pull_request' }, `${SCM}feature:scm_pull_request_target_branch:main`],
  [{ trigger: 'fork' }, `${SCM}feature:scm_pull_request_target_branch:main`],
  [{ trigger: 'schedule' }, ''],
  [{ trigger: 'manual' }, `:initiator:octocat${SCM}main`],
  [{ trigger: 'manual', options: { 'git-trigger': 'false' } }, ':initiator:octocat'],
])('the subject of %o says what its trigger has', (sample, rest) => {
  const { subject, claims, refusal } = identify(sample);
  expect(subject).toBe(`account:${ACCOUNT}:pipeline:${PIPELINE}${rest}`);
  for (const name of Object.keys(CLAIMS).filter((claim) => claim.startsWith('scm_') || claim === 'initiator')) {
    expect([name, Object.hasOwn(claims, name)]).toEqual([name, rest.includes(`:${name}:`)]);
  }
  expect(refusal).toBeNull();
});

test('a build finds where and with what to ask', async () => {
  const job = sampleJob(codefresh, { trigger: 'pull_request', options: IDS });
  const grant = sampleGrant(job);
  expect(await codefresh.handOver(job, grant).variables()).toMatchObject({
    CI: 'true',
    CF_BUILD_ID: expect.stringMatching(/^[0-9a-f]{24}$/),
    CF_PIPELINE_NAME: 'widgets/deploy',
    CF_REPO_OWNER: 'acme',
    CF_REPO_NAME: 'widgets',
    CF_BRANCH: 'feature',
    CF_BASE_BRANCH: 'main',
    CF_REVISION: job.sha,
    CF_PULL_REQUEST_NUMBER: '7',
    CF_OIDC_REQUEST_URL: `${job.issuerUrl}/api/oidc/token`,
    CF_OIDC_REQUEST_TOKEN: grant.secret,
  });
});

describe('the request endpoint', () => {
  const job = sampleJob(codefresh, { options: IDS });
  const url = `${job.issuerUrl}/api/oidc/token`;

  const ask = async (suffix = '', authorization = 'ab'.repeat(32), method = 'GET', mint?: () => Promise<never>) => {
    const { site, wishes } = openFakeSite(job, mint);
    const request = { method, headers: { authorization } };
    return { ...(await askRoute(codefresh.routes[0], site, `${url}${suffix}`, request)), wishes };
  };

  test.each([
    ['', undefined],
    ['?audience=', undefined],
    ['?audience=sigstore', 'sigstore'],
    ['?audience=a,b', ['a', 'b']],
    ['?audience=https%3A%2F%2Fvault.example', 'https://vault.example'],
  ])('answers %j with a token for %j', async (suffix, audience) => {
    const { answer, body, wishes } = await ask(suffix);
    expect(answer.status).toBe(200);
    expect(body).toEqual({ id_token: `token for ${JSON.stringify(audience ?? null)}` });
    expect(wishes).toEqual([{ audience }]);
  });

  test.each(['', `Bearer ${'ab'.repeat(32)}`, 'cd'.repeat(32)])('refuses the credential %j', async (authorization) => {
    expect((await ask('', authorization)).answer.status).toBe(401);
  });

  test('is a GET', async () => {
    const { answer } = await ask('', undefined, 'POST');
    expect([answer.status, answer.headers?.allow]).toEqual([405, 'GET']);
  });

  test.each([
    ['run_not_found', 400],
    ['invalid_request', 400],
    ['database_busy', 500],
  ] as const)('says %s as %i', async (code, status) => {
    const { answer, body } = await ask('', undefined, 'GET', async () => {
      throw new MintmarkError(code, 'Why not');
    });
    expect([answer.status, body]).toEqual([status, { error: 'Why not' }]);
  });
});

test('the real issuer is Codefresh’s', () => {
  expect(codefresh.realIssuer(sampleJob(codefresh))).toBe('https://oidc.codefresh.io');
});

test('every option takes its own default', () => {
  for (const option of Object.values(codefresh.options)) {
    expect(option.pattern?.test(option.default) ?? true).toBe(true);
  }
});
