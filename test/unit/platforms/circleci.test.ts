import { describe, expect, test } from 'vitest';
import { CLAIMS } from '../../../daemon/platforms/circleci/claims.ts';
import { circleci } from '../../../daemon/platforms/circleci/platform.ts';
import { openSite, readPayload, SECRET } from './open-site.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ORGANIZATION = '11111111-2222-4333-8444-555555555555';
const PROJECT = '66666666-7777-4888-9999-000000000000';
const USER = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
const CONTEXT = '0f0f0f0f-1e1e-4d2d-8c3c-4b4b4b4b4b4b';
const OPTIONS = { 'org-id': ORGANIZATION, 'project-id': PROJECT, 'user-id': USER };
const V1 = `org/${ORGANIZATION}/project/${PROJECT}/user/${USER}`;

const claim = (name: string): string => `oidc.circleci.com/${name}`;

test('a token has the claims of CircleCI, each of its type', async () => {
  const { header, claims } = await mintSample(
    circleci,
    sampleJob(circleci, { options: { ...OPTIONS, 'context-ids': CONTEXT } }),
  );
  expect(Object.keys(header)).toEqual(['alg', 'kid', 'typ']);
  expect(header).toMatchObject({ alg: 'RS256', typ: 'JWT', kid: expect.stringMatching(UUID) });
  expect(describeTypes(claims)).toEqual({
    ...{ iss: 'string', sub: 'string', aud: 'string', iat: 'integer', exp: 'integer' },
    [claim('context-ids')]: 'array',
    [claim('job-id')]: 'string',
    [claim('org-id')]: 'string',
    [claim('pipeline-definition-id')]: 'string',
    [claim('pipeline-id')]: 'string',
    [claim('project-id')]: 'string',
    [claim('ssh-rerun')]: 'boolean',
    [claim('vcs-origin')]: 'string',
    [claim('vcs-ref')]: 'string',
    [claim('workflow-id')]: 'string',
  });
  expect(Object.keys(CLAIMS).every((name) => Object.hasOwn(claims, name))).toBe(true);
  expect(claims).toMatchObject({
    aud: ORGANIZATION,
    sub: `${V1}/vcs-origin/github.com/acme/widgets/vcs-ref/refs/heads/main`,
    [claim('context-ids')]: [CONTEXT],
    [claim('org-id')]: ORGANIZATION,
    [claim('project-id')]: PROJECT,
    [claim('ssh-rerun')]: false,
    [claim('vcs-origin')]: 'github.com/acme/widgets',
    [claim('vcs-ref')]: 'refs/heads/main',
  });
  for (const name of ['job-id', 'pipeline-definition-id', 'pipeline-id', 'workflow-id']) {
    expect(claims[claim(name)]).toMatch(UUID);
  }
  expect(Number(claims.exp) - Number(claims.iat)).toBe(3_600);
});

test.each([
  ['push', 'github.com/acme/widgets', 'refs/heads/main'],
  ['tag', 'github.com/acme/widgets', 'refs/tags/v1.0.0'],
  ['pull_request', 'github.com/acme/widgets', 'refs/heads/feature'],
  ['fork', 'github.com/contributor/widgets', 'refs/heads/pull/7'],
  ['schedule', 'github.com/acme/widgets', 'refs/heads/main'],
  ['manual', 'github.com/acme/widgets', 'refs/heads/main'],
] as const)('sub of %s names %s at %s', (trigger, origin, ref) => {
  for (const environment of [null, 'prod']) {
    const options = { ...OPTIONS, 'pass-secrets-to-forks': 'true' };
    const identity = circleci.identify(sampleJob(circleci, { trigger, facts: { environment }, options }));
    expect(identity.subject).toBe(`${V1}/vcs-origin/${origin}/vcs-ref/${ref}`);
    expect(identity.claims).toMatchObject({ [claim('vcs-origin')]: origin, [claim('vcs-ref')]: ref });
    expect(identity.refusal).toBeNull();
  }
});

test('a pull request from a fork gets no token unless the project passes secrets to it', async () => {
  const job = sampleJob(circleci, { trigger: 'fork', options: OPTIONS });
  const { refusal } = circleci.identify(job);
  expect(refusal).toMatchObject({ code: 'fork' });
  expect(refusal?.mend).toContain('"Pass secrets to builds from forked pull requests"');
  expect(refusal?.mend).toContain('--set pass-secrets-to-forks=true');
  const handed = circleci.handOver(job, sampleGrant(job));
  const variables = await handed.variables();
  expect(handed.shims).toBeUndefined();
  expect(variables).toMatchObject({ CIRCLECI: 'true', CIRCLE_PR_NUMBER: '7' });
  expect(Object.keys(variables).filter((name) => name.includes('OIDC'))).toEqual([]);
});

test('a project that passes secrets to forks gives their jobs both tokens', async () => {
  const job = sampleJob(circleci, { trigger: 'fork', options: { ...OPTIONS, 'pass-secrets-to-forks': 'true' } });
  expect(await circleci.handOver(job, sampleGrant(job)).variables()).toMatchObject({
    CIRCLE_OIDC_TOKEN: expect.any(String),
    CIRCLE_OIDC_TOKEN_V2: expect.any(String),
  });
});

test('a pipeline of a custom webhook names no repository; contexts may be none, and a rerun is by SSH', () => {
  const options = { ...OPTIONS, 'custom-webhook': 'true', 'ssh-rerun': 'true' };
  const { subject, claims } = circleci.identify(sampleJob(circleci, { options }));
  expect(subject).toBe(V1);
  expect(claims).not.toHaveProperty([claim('vcs-origin')]);
  expect(claims).not.toHaveProperty([claim('vcs-ref')]);
  expect(claims).toMatchObject({ [claim('context-ids')]: [], [claim('ssh-rerun')]: true });
});

test('contexts that are known by name have ids that stay', () => {
  const idsOf = (options: Record<string, string>) =>
    circleci.identify(sampleJob(circleci, { options })).claims[claim('context-ids')];
  const ids = idsOf({ contexts: 'deploy,sign' });
  expect(ids).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)]);
  expect(idsOf({ contexts: 'sign,deploy' })).toEqual(Array.isArray(ids) ? [...ids].reverse() : []);
  expect(idsOf({ contexts: 'deploy', 'context-ids': CONTEXT })).toEqual([CONTEXT]);
});

describe('a job', () => {
  test('finds a token with either form of sub, and the program for another audience', async () => {
    const job = sampleJob(circleci, { options: OPTIONS });
    const grant = sampleGrant(job);
    const wishes: unknown[] = [];
    const { variables, shims } = circleci.handOver(job, {
      ...grant,
      mint: async (wish) => {
        wishes.push(wish);
        return { ...(await grant.mint(wish)), token: `sub ${wish.subject ?? 'of version 2'}` };
      },
    });
    expect(await variables()).toMatchObject({
      CI: 'true',
      CIRCLECI: 'true',
      CIRCLE_OIDC_TOKEN: `sub ${V1}`,
      CIRCLE_OIDC_TOKEN_V2: 'sub of version 2',
      CIRCLE_ORGANIZATION_ID: ORGANIZATION,
      CIRCLE_PROJECT_ID: PROJECT,
      CIRCLE_BRANCH: 'main',
      CIRCLE_PROJECT_USERNAME: 'acme',
      CIRCLE_PROJECT_REPONAME: 'widgets',
    });
    expect(wishes).toHaveLength(2);
    expect(shims).toEqual([{ name: 'circleci', requestUrl: `${job.issuerUrl}/run/oidc`, requestToken: grant.secret }]);
  });

  test('of a tag has no branch, and one of a fork says whose', async () => {
    const variablesOf = async (trigger: 'tag' | 'fork') => {
      const job = sampleJob(circleci, { trigger });
      return circleci.handOver(job, sampleGrant(job)).variables();
    };
    const tag = await variablesOf('tag');
    expect(tag.CIRCLE_TAG).toBe('v1.0.0');
    expect(tag).not.toHaveProperty('CIRCLE_BRANCH');
    expect(await variablesOf('fork')).toMatchObject({
      CIRCLE_BRANCH: 'pull/7',
      CIRCLE_PR_NUMBER: '7',
      CIRCLE_PR_USERNAME: 'contributor',
      CIRCLE_PR_REPONAME: 'widgets',
    });
  });
});

describe('what `circleci run oidc get` asks', () => {
  const path = '/run/oidc';
  const headers = { authorization: `Bearer ${SECRET}` };
  const open = () => openSite(circleci, sampleJob(circleci, { options: OPTIONS }));

  test.each([
    ['nothing', {}, ORGANIZATION],
    ['an audience', { claims: { aud: 'sts.amazonaws.com' } }, 'sts.amazonaws.com'],
    ['several', { claims: { aud: ['a', 'b'] } }, ['a', 'b']],
    ['the issuer of all organizations', { claims: { aud: 'pypi' }, root_issuer: true }, 'pypi'],
  ])('is answered with a token: %s', async (_name, body, audience) => {
    const { ask } = await open();
    const { status, content } = await ask({ path, headers, body });
    expect(status).toBe(200);
    expect(readPayload(content.token)).toMatchObject({
      aud: audience,
      sub: `${V1}/vcs-origin/github.com/acme/widgets/vcs-ref/refs/heads/main`,
    });
  });

  test.each([
    ['another claim', { claims: { aud: 'a', sub: 'b' } }, 400],
    ['an audience that is no text', { claims: { aud: 1 } }, 400],
    ['an empty audience', { claims: { aud: '' } }, 400],
    ['no audience in a list', { claims: { aud: [] } }, 400],
    ['claims that are none', { claims: 'aud' }, 400],
    ['what is no object', [], 400],
    ['what is no JSON', '{"claims":', 400],
  ])('is refused for %s', async (_name, body, status) => {
    const { ask } = await open();
    expect(await ask({ path, headers, body })).toEqual({ status, content: { message: expect.any(String) } });
  });

  test.each([
    ['no credential', {}],
    ['another secret', { authorization: `Bearer ${'cd'.repeat(32)}` }],
    ['another scheme', { authorization: `Token ${SECRET}` }],
  ])('is refused with 401 for %s', async (_name, wrong) => {
    expect((await (await open()).ask({ path, headers: wrong })).status).toBe(401);
  });

  test('is a POST', async () => {
    expect((await (await open()).ask({ method: 'GET', path, headers })).status).toBe(405);
  });
});

test('the JWKS is where CircleCI has it', async () => {
  const { documentAt } = await openSite(circleci, sampleJob(circleci));
  expect(documentAt('/.well-known/jwks-pub.json')).toBeDefined();
});

test.each([
  ['that of the organization', {}, `https://oidc.circleci.com/org/${ORGANIZATION}`],
  ['that of all of them, as --root-issuer asks', { 'root-issuer': 'true' }, 'https://oidc.circleci.com'],
])('the real issuer is %s', (_name, options, issuer) => {
  expect(circleci.realIssuer(sampleJob(circleci, { options: { ...OPTIONS, ...options } }))).toBe(issuer);
});

test('every option takes its own default', () => {
  for (const option of Object.values(circleci.options)) expect(option.pattern?.test(option.default) ?? true).toBe(true);
});
