import { expect, test } from 'vitest';
import { forgejo } from '../../../daemon/platforms/forgejo/platform.ts';
import { MintmarkError } from '../../../daemon/problem.ts';
import { askRoute, openFakeSite } from './fake-site.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

type Sample = NonNullable<Parameters<typeof sampleJob>[1]>;

const HOST = { host: 'forge.example.org' };
const identify = (sample: Sample = {}) =>
  forgejo.identify(sampleJob(forgejo, { ...sample, facts: { ...HOST, ...sample.facts } }));

/** ci-platforms A20: every claim of a token, with its type. */
const GOLDEN = {
  actor: 'string',
  actor_id: 'string',
  aud: 'string',
  base_ref: 'string',
  event_name: 'string',
  exp: 'integer',
  head_ref: 'string',
  iat: 'integer',
  iss: 'string',
  nbf: 'integer',
  ref: 'string',
  ref_protected: 'string',
  ref_type: 'string',
  repository: 'string',
  repository_id: 'string',
  repository_owner: 'string',
  repository_owner_id: 'string',
  run_attempt: 'string',
  run_id: 'string',
  run_number: 'string',
  sha: 'string',
  sub: 'string',
  workflow: 'string',
  workflow_ref: 'string',
};

test('a token has Forgejo’s header and claims, key by key and type by type, and no jti', async () => {
  const { header, claims } = await mintSample(forgejo, sampleJob(forgejo, { facts: HOST }));
  expect(Object.keys(header)).toEqual(['alg', 'kid', 'typ']);
  expect(String(header.kid)).toMatch(/^[\w-]{43}$/);
  expect(describeTypes(claims)).toEqual(GOLDEN);
  expect(claims).toMatchObject({
    sub: 'repo:acme/widgets:ref:refs/heads/main',
    aud: 'https://forge.example.org/acme',
    exp: Number(claims.iat) + 3_600,
    nbf: claims.iat,
    workflow: 'deploy.yml',
    workflow_ref: 'acme/widgets/.forgejo/workflows/deploy.yml@refs/heads/main',
  });
});

test.each([true, false])(
  'a token says what repository and run say, not what is usual: protected %s',
  (isRefProtected) => {
    const facts = { sha: '1f'.repeat(20), runNumber: 5, runAttempt: 2, actor: 'jane', isRefProtected };
    expect(identify({ facts, options: { 'repository-id': '456789', 'owner-id': '123456' } }).claims).toMatchObject({
      actor: 'jane',
      ref_protected: String(isRefProtected),
      repository_id: '456789',
      repository_owner_id: '123456',
      run_attempt: '2',
      run_number: '5',
      sha: '1f'.repeat(20),
    });
  },
);

test('discovery has exactly Forgejo’s members, beside issuer and jwks_uri', () => {
  expect(forgejo.profile.jwksPath).toBe('/.well-known/keys');
  expect(forgejo.profile.discovery(['RS256'])).toEqual({
    subject_types_supported: ['public'],
    response_types_supported: ['id_token'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
    claims_supported: (
      'sub aud exp iat iss nbf actor actor_id base_ref event_name head_ref ref ref_protected ref_type repository ' +
      'repository_id repository_owner repository_owner_id run_attempt run_id run_number sha workflow workflow_ref'
    ).split(' '),
  });
});

test.each<[Sample, string, object]>([
  [{ trigger: 'tag' }, 'ref:refs/tags/v1.0.0', { ref_type: 'tag', event_name: 'push' }],
  [{ trigger: 'schedule' }, 'ref:refs/heads/main', { event_name: 'schedule' }],
  [{ trigger: 'manual' }, 'ref:refs/heads/main', { event_name: 'workflow_dispatch' }],
  [
    { trigger: 'pull_request' },
    'pull_request',
    {
      ref: 'refs/pull/7/head',
      ref_type: '',
      head_ref: 'feature',
      workflow_ref: 'acme/widgets/.forgejo/workflows/deploy.yml@refs/pull/7/head',
    },
  ],
  [{ trigger: 'pull_request', event: 'pull_request_target' }, 'ref:refs/heads/main', { base_ref: 'main' }],
  [{ facts: { environment: 'production' } }, 'ref:refs/heads/main', {}],
])('the subject of %o is %s, whatever the environment', (sample, context, claims) => {
  expect(identify(sample).subject).toBe(`repo:acme/widgets:${context}`);
  expect(identify(sample).claims).toMatchObject(claims);
  const options = { immutable: 'true', 'owner-id': '123456', 'repository-id': '456789' };
  expect(identify({ ...sample, options }).subject).toBe(`repo:acme-123456/widgets-456789:${context}`);
});

test.each<[Sample, string | null]>([
  [{ trigger: 'fork' }, 'fork'],
  [{ trigger: 'fork', event: 'pull_request_target' }, null],
  [{ facts: { workflow: { idToken: null, idTokens: {} } } }, 'permission'],
  [{ facts: { workflow: { idToken: true, idTokens: {} } } }, null],
])('a job %o is refused for %s', (sample, code) => {
  const { refusal } = identify(sample);
  expect(refusal?.code ?? null).toBe(code);
  if (code === 'permission') expect(refusal?.mend).toContain('enable-openid-connect: true');
});

test.each([
  [{}, HOST, 'https://forge.example.org/api/actions'],
  [{}, { host: 'github.com' }, 'https://codeberg.org/api/actions'],
  [{ instance: 'https://git.example.com/forgejo' }, HOST, 'https://git.example.com/forgejo/api/actions'],
])('with %o and the repository on %o the real issuer is %s', (options, facts, issuer) => {
  expect(forgejo.realIssuer(sampleJob(forgejo, { options, facts }))).toBe(issuer);
});

test('a job has each variable under both names, and a request URL that holds its run_id', async () => {
  const job = sampleJob(forgejo, { facts: HOST });
  const variables = await forgejo.handOver(job, sampleGrant(job)).variables();
  expect(variables).toMatchObject({
    CI: 'true',
    FORGEJO_ACTIONS: 'true',
    GITEA_ACTIONS: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://forge.example.org',
    FORGEJO_API_URL: 'https://forge.example.org/api/v1',
    FORGEJO_OUTPUT: variables.GITHUB_OUTPUT,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${job.issuerUrl}/_apis/pipelines/workflows/${identify().claims.run_id}/idtoken?placeholder=true`,
  });
  expect(Object.keys(variables)).not.toContain('GITHUB_ACTOR_ID');
  const refused = sampleJob(forgejo, { trigger: 'fork' });
  const names = Object.keys(await forgejo.handOver(refused, sampleGrant(refused)).variables());
  expect(names.filter((name) => name.startsWith('ACTIONS_ID_TOKEN'))).toEqual([]);
});

async function openEndpoint(mint?: Parameters<typeof openFakeSite>[1]) {
  const job = sampleJob(forgejo, { facts: HOST });
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url = '' } = await forgejo.handOver(job, sampleGrant(job)).variables();
  const { site, wishes, secret } = openFakeSite(job, mint);
  const ask = (target: string, authorization: string | undefined) =>
    askRoute(forgejo.routes[0], site, target, { headers: { authorization } });
  return { url, ask, wishes, authorization: `bearer ${secret}` };
}

test('the endpoint answers with the token alone, for any audience', async () => {
  const { url, ask, wishes, authorization } = await openEndpoint();
  const audience = 'https://github.com/other';
  expect((await ask(`${url}&audience=${audience}`, authorization)).body).toEqual({ value: `token for "${audience}"` });
  await ask(url, authorization);
  expect(wishes.map((wish) => wish.audience)).toEqual([audience, undefined]);
});

test('the endpoint refuses in plain text and with the statuses of Forgejo', async () => {
  const { url, ask, authorization } = await openEndpoint();
  const other = url.replace(/workflows\/\d+/, 'workflows/123');
  for (const [target, credential, status, text] of [
    [url, undefined, 401, 'Bad authorization header'],
    [url, 'Basic x', 401, 'Bad authorization header'],
    [url, 'Bearer 1234567', 500, 'Error runner api parsing authorization token'],
    [url, `Bearer ${'cd'.repeat(32)}`, 500, 'Error runner api getting task: task is not running'],
    [other, authorization, 400, 'run-id does not match'],
  ] as const) {
    const { answer } = await ask(target, credential);
    expect([answer.status, answer.contentType, answer.body]).toEqual([
      status,
      'text/plain; charset=utf-8',
      `${text}\n`,
    ]);
  }
});

test('a job that may not ask is answered as a credential without claims', async () => {
  const { url, ask, authorization } = await openEndpoint(async () => {
    throw new MintmarkError('job_refused');
  });
  const { answer } = await ask(url, authorization);
  expect([answer.status, answer.body]).toEqual([500, 'Error runner api parsing custom claims\n']);
});
