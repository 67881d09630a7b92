import { expect, test } from 'vitest';
import type { JobFacts } from '../../../daemon/jobs/complete-job.ts';
import { depot } from '../../../daemon/platforms/depot/platform.ts';
import { askRoute, openFakeSite } from './fake-site.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

type Sample = NonNullable<Parameters<typeof sampleJob>[1]>;

const ORG = { 'org-id': 'n1h06qdd0b' };
const identify = ({ options, ...sample }: Sample = {}) =>
  depot.identify(sampleJob(depot, { ...sample, options: { ...ORG, ...options } }));

/** ci-platforms A17 and Depot's own claim reference: every claim of a token, with its type. */
const GOLDEN = {
  actor: 'string',
  actor_id: 'string',
  aud: 'array',
  base_ref: 'string',
  event_name: 'string',
  exp: 'integer',
  head_ref: 'string',
  iat: 'integer',
  iss: 'string',
  job_id: 'string',
  org_id: 'string',
  ref: 'string',
  ref_type: 'string',
  repository: 'string',
  repository_id: 'string',
  repository_owner: 'string',
  repository_owner_id: 'string',
  repository_visibility: 'string',
  run_attempt: 'string',
  run_id: 'string',
  run_number: 'string',
  sha: 'string',
  sub: 'string',
  workflow: 'string',
  workflow_ref: 'string',
  workflow_sha: 'string',
};

test('a token has Depot’s header and claims, key by key and type by type, neither nbf nor jti', async () => {
  const { header, claims } = await mintSample(depot, sampleJob(depot, { options: ORG }), 'sts.amazonaws.com');
  expect(Object.keys(header)).toEqual(['alg', 'kid', 'typ']);
  expect(describeTypes(claims)).toEqual(GOLDEN);
  expect(claims).toMatchObject({
    aud: ['sts.amazonaws.com'],
    exp: Number(claims.iat) + 300,
    org_id: 'n1h06qdd0b',
    job_id: expect.stringMatching(/^job_[a-z0-9]{10}$/),
    run_id: expect.stringMatching(/^run_[a-z0-9]{10}$/),
    workflow: '.depot/workflows/ci.yaml',
    workflow_ref: 'acme/widgets/.depot/workflows/ci.yaml@refs/heads/main',
  });
  expect(claims.sub).toMatch(
    /^spiffe:\/\/identity\.depot\.dev\/org\/n1h06qdd0b\/ci\/github\/acme\/widgets\/ref\/refs\/heads\/main\/sandbox\/snd_[a-z0-9]{10}$/,
  );
});

test('a token says what repository and run say, not what is usual', () => {
  const facts: JobFacts = { sha: '1f'.repeat(20), visibility: 'public', runNumber: 42, runAttempt: 2 };
  expect(identify({ facts, options: { 'repository-id': '456789', 'owner-id': '123456' } }).claims).toMatchObject({
    repository_id: '456789',
    repository_owner_id: '123456',
    repository_visibility: 'public',
    run_attempt: '2',
    run_number: '42',
    sha: '1f'.repeat(20),
    workflow_sha: '1f'.repeat(20),
  });
});

test('the keys are at Depot’s path', () => {
  expect(depot.profile.jwksPath).toBe('/keys');
});

test('the audience is a list, also when nobody asks for one', () => {
  expect(identify().audience).toEqual(['https://github.com/acme']);
});

test.each<[Sample, string]>([
  [{ trigger: 'tag' }, 'refs/tags/v1.0.0'],
  [{ trigger: 'pull_request' }, 'refs/pull/7/merge'],
  [{ trigger: 'schedule' }, 'refs/heads/main'],
  [{ trigger: 'manual' }, 'refs/heads/main'],
  [{ facts: { environment: 'production' } }, 'refs/heads/main'],
])('the subject of %o is on the ref %s, whatever the environment', (sample, ref) => {
  const { subject, claims } = identify(sample);
  expect(subject).toContain(`/ci/github/acme/widgets/ref/${ref}/sandbox/snd_`);
  expect(Object.keys(claims)).not.toContain('environment');
});

test('every job has a sandbox of its own', () => {
  expect(identify({ facts: { jobId: 'build' } }).subject).not.toBe(identify({ facts: { jobId: 'test' } }).subject);
});

test.each<[Sample, string | null]>([
  [{ trigger: 'fork' }, 'fork'],
  [{ facts: { workflow: { idToken: false, idTokens: {} } } }, 'permission'],
  [{ facts: { workflow: { idToken: true, idTokens: {} } } }, null],
])('a job %o is refused for %s', (sample, code) => {
  expect(identify(sample).refusal?.code ?? null).toBe(code);
});

test('a job has GitHub’s variables and the page of the job', async () => {
  const job = sampleJob(depot, { options: ORG });
  const { variables, files } = depot.handOver(job, sampleGrant(job));
  expect(await variables()).toMatchObject({
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'acme/widgets',
    DEPOT_JOB_URL: expect.stringMatching(/^https:\/\/depot\.dev\/orgs\/n1h06qdd0b\/workflows\/[a-z0-9]{10}\?job=/),
    ACTIONS_ID_TOKEN_REQUEST_URL: `${job.issuerUrl}/idtoken/run-1?api-version=2.0`,
  });
  expect((await files?.())?.map(({ path }) => path)).toContain('_github_workflow/event.json');
});

test('the endpoint answers as GitHub’s, for any audience', async () => {
  const job = sampleJob(depot);
  const { site, secret } = openFakeSite(job);
  const url = `${job.issuerUrl}/idtoken/run-1?api-version=2.0&audience=https://github.com/other`;
  const headers = { authorization: `Bearer ${secret}` };
  expect((await askRoute(depot.routes[0], site, url, { headers })).body).toMatchObject({
    value: 'token for "https://github.com/other"',
  });
  expect((await askRoute(depot.routes[0], site, url)).answer.status).toBe(401);
});
