import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createMemory } from '../../../daemon/platforms/memory.ts';
import type { RouteSite } from '../../../daemon/platforms/platform.ts';
import { CLAIMS } from '../../../daemon/platforms/superplane/claims.ts';
import { createDesk } from '../../../daemon/platforms/superplane/desk.ts';
import { injectParameters } from '../../../daemon/platforms/superplane/parameters.ts';
import { superplane } from '../../../daemon/platforms/superplane/platform.ts';
import { askRoute, openFakeSite } from './fake-site.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

const ISSUER = 'http://localhost:6468/issuers/superplane';
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const uuid = expect.stringMatching(new RegExp(`^${UUID}$`));
const SHA = '714a629c0b401fdce83e847fc9589983fc6f46bc';

describe('the token of an execution', () => {
  test('has the claims of SuperPlane, in its types (SP-9 to SP-14, SP-17)', async () => {
    const facts = { workflowFile: '.semaphore/production/deploy.yml', sha: SHA };
    const { header, claims } = await mintSample(superplane, sampleJob(superplane, { facts }));
    expect(header).toEqual({ alg: 'RS256', kid: expect.stringMatching(/^[\w-]{43}$/), typ: 'JWT' });
    expect(Object.keys(header)).toEqual(['alg', 'kid', 'typ']);
    const { iat, nbf, exp, ...texts } = describeTypes(claims);
    expect([iat, nbf, exp]).toEqual(['integer', 'integer', 'integer']);
    expect(new Set(Object.values(texts))).toEqual(new Set(['string']));
    expect(claims).toEqual({
      iss: ISSUER,
      aud: 'semaphore',
      sub: expect.stringMatching(new RegExp(`^execution:${UUID}$`)),
      iat: claims.iat,
      nbf: claims.iat,
      exp: Number(claims.iat) + 3_600,
      org_id: uuid,
      canvas_id: uuid,
      app_id: uuid,
      node_id: 'deploy',
      execution_id: uuid,
      component: 'semaphore.runWorkflow',
      project_id: uuid,
      pipeline_file: '.semaphore/production/deploy.yml',
      ref: 'refs/heads/main',
      commit_sha: SHA,
    });
    expect(claims.sub).toBe(`execution:${claims.execution_id}`);
    expect(claims.app_id).toBe(claims.canvas_id);
    expect(claims.app_id).not.toBe(claims.org_id);
  });

  test('names every claim that it may have', () => {
    expect(Object.keys(superplane.identify(sampleJob(superplane)).claims).sort()).toEqual(Object.keys(CLAIMS).sort());
  });

  test('says what its options say', () => {
    const id = '0d5a2f5e-3a53-4b2c-9d55-5bd4d4ad2a11';
    const names = ['org-id', 'canvas-id', 'execution-id', 'project-id'];
    const options = { ...Object.fromEntries(names.map((name) => [name, id])), 'node-id': 'deploy-production' };
    expect(superplane.identify(sampleJob(superplane, { options }))).toMatchObject({
      subject: `execution:${id}`,
      claims: { org_id: id, canvas_id: id, app_id: id, execution_id: id, project_id: id, node_id: 'deploy-production' },
    });
  });

  test('is for superplane where the component names no audience (SP-17)', () => {
    const { audience, claims } = superplane.identify(sampleJob(superplane, { options: { component: 'http.request' } }));
    expect({ audience, component: claims.component }).toEqual({ audience: 'superplane', component: 'http.request' });
  });

  test.each([
    ['push', 'refs/heads/main'],
    ['tag', 'refs/tags/v1.0.0'],
    ['pull_request', 'refs/pull/7/merge'],
    ['fork', 'refs/pull/7/merge'],
    ['schedule', 'refs/heads/main'],
    ['manual', 'refs/heads/main'],
  ] as const)('says of %s only its ref, and nothing of an environment', (trigger, ref) => {
    for (const environment of [null, 'prod']) {
      const { subject, claims, refusal } = superplane.identify(
        sampleJob(superplane, { trigger, facts: { environment } }),
      );
      expect(subject).toBe(`execution:${claims.execution_id}`);
      expect({ ref: claims.ref, refusal }).toEqual({ ref, refusal: null });
    }
  });

  test('is not there for a node that adds none (SP-8)', () => {
    const job = sampleJob(superplane, { options: { 'add-oidc-assertion': 'false' } });
    expect(superplane.identify(job).refusal).toMatchObject({ code: 'assertion_off' });
  });

  test('takes one text as audience', async () => {
    const job = sampleJob(superplane);
    expect((await mintSample(superplane, job, 'ci')).claims.aud).toBe('ci');
    await expect(mintSample(superplane, job, ['a', 'b'])).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

test('the token of an integration names its installation and lives 5 minutes (SP-62)', async () => {
  const id = '7b0c1c9e-51a4-4f77-8f4e-0f3f8f0b1a11';
  const job = sampleJob(superplane, { options: { kind: 'integration', 'integration-id': id } });
  const { claims } = await mintSample(superplane, job);
  expect(claims).toEqual({
    iss: ISSUER,
    sub: `app-installation:${id}`,
    aud: id,
    iat: claims.iat,
    nbf: claims.iat,
    exp: Number(claims.iat) + 300,
  });
  expect(await superplane.handOver(job, sampleGrant(job)).variables()).not.toHaveProperty('SUPERPLANE_OIDC_TOKEN');
});

describe('a job', () => {
  test('finds its token by both names, its ids and what Semaphore tells every job (SP-1 to SP-3)', async () => {
    const job = sampleJob(superplane, { trigger: 'push' });
    const variables = await superplane.handOver(job, sampleGrant(job)).variables();
    const { claims } = superplane.identify(job);
    expect(variables).toMatchObject({
      SUPERPLANE_OIDC_TOKEN: 'token for null',
      SUPERPLANE_OIDC_ASSERTION: 'token for null',
      SUPERPLANE_EXECUTION_ID: claims.execution_id,
      SUPERPLANE_CANVAS_ID: claims.canvas_id,
      CI: 'true',
      SEMAPHORE: 'true',
      SEMAPHORE_ORGANIZATION_URL: 'http://localhost:6468/issuers/semaphore',
      SEMAPHORE_PROJECT_ID: claims.project_id,
      SEMAPHORE_GIT_REF: claims.ref,
      SEMAPHORE_GIT_SHA: claims.commit_sha,
      SEMAPHORE_WORKFLOW_TRIGGERED_BY_API: 'true',
      SEMAPHORE_WORKFLOW_TRIGGERED_BY_HOOK: 'false',
      SEMAPHORE_WORKFLOW_ID: uuid,
    });
    expect(variables).not.toHaveProperty('SEMAPHORE_OIDC_TOKEN');
  });

  test('of a node that adds no token has the ids alone', async () => {
    const job = sampleJob(superplane, { options: { 'add-oidc-assertion': 'false' } });
    const { refusal } = superplane.identify(job);
    const variables = await superplane.handOver(job, { ...sampleGrant(job), refusal }).variables();
    expect(Object.keys(variables).filter((name) => name.startsWith('SUPERPLANE_'))).toEqual([
      'SUPERPLANE_EXECUTION_ID',
      'SUPERPLANE_CANVAS_ID',
    ]);
  });
});

test.each([
  ['with', 'token', { SUPERPLANE_OIDC_TOKEN: 'token', SUPERPLANE_OIDC_ASSERTION: 'token' }],
  ['without', null, {}],
])('parameters of a user go %s a token, but none of SuperPlane’s names (SP-4, SP-8)', (_name, token, added) => {
  const own = Object.fromEntries(superplane.markers.map((name) => [name, 'evil']));
  const execution = { executionId: 'execution', canvasId: 'canvas' };
  expect(injectParameters({ ...own, COLOUR: 'blue' }, execution, token)).toEqual({
    COLOUR: 'blue',
    SUPERPLANE_EXECUTION_ID: 'execution',
    SUPERPLANE_CANVAS_ID: 'canvas',
    ...added,
  });
});

describe('what a SuperPlane remembers', () => {
  test('is one thing for an issuer, and another for the next', () => {
    const memory = createMemory();
    const desk = memory.of(1)(createDesk);
    expect(memory.of(1)(createDesk)).toBe(desk);
    expect(memory.of(2)(createDesk)).not.toBe(desk);
    memory.keepOnly((issuerId) => issuerId === 2);
    expect(memory.of(1)(createDesk)).not.toBe(desk);
  });

  test('is bounded, the oldest forgotten first', () => {
    const desk = createDesk();
    for (let n = 0; n < 300; n += 1) {
      desk.record({ parameters: { n: String(n) } });
      const ids = { executionId: `e${n}`, pipelineId: `p${n}`, workflowId: 'w' };
      desk.start({ ...ids, nodeId: 'deploy', workflowUrl: '', output: null });
    }
    expect(desk.requests().map(({ parameters }) => parameters.n)).toEqual(
      Array.from({ length: 50 }, (_, index) => String(299 - index)),
    );
    expect(desk.executions()).toHaveLength(200);
    expect(desk.executions()[0]?.executionId).toBe('e299');
  });
});

const [stub, webhook] = superplane.routes;

describe('the webhook', () => {
  const sign = (secret: string, body: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const done = (result: string, state = 'done') => JSON.stringify({ pipeline: { id: 'p1', state, result } });

  function openDesk() {
    const { site } = openFakeSite(sampleJob(superplane));
    const desk = site.remember(createDesk);
    const ids = { executionId: 'e1', pipelineId: 'p1', workflowId: 'w1' };
    desk.start({ ...ids, nodeId: 'deploy', workflowUrl: '', output: null });
    return { site, desk, post: (body: string, signature?: string) => post(site, desk.webhook.id, body, signature) };
  }

  async function post(site: RouteSite, id: string, body: string, signature?: string): Promise<number> {
    const headers = signature === undefined ? {} : { 'x-semaphore-signature-256': signature };
    const path = `${ISSUER}/api/v1/webhooks/${id}`;
    // The path has a member of another name than the helper's.
    const { answer } = await askRoute(webhook, site, path, { method: 'POST', members: { id }, headers, body });
    return answer.status;
  }

  test.each([
    ['passed', 'passed'],
    ['failed', 'failed'],
    ['stopped', 'failed'],
  ])('takes the first result of a pipeline: %s is %s', async (result, output) => {
    const { desk, post } = openDesk();
    expect(await post(done(result), sign(desk.webhook.secret, done(result)))).toBe(200);
    expect(await post(done('other'), sign(desk.webhook.secret, done('other')))).toBe(200);
    expect(desk.executions()[0]?.output).toBe(output);
  });

  test('waits for the end of a pipeline', async () => {
    const { desk, post } = openDesk();
    const body = done('', 'running');
    expect(await post(body, sign(desk.webhook.secret, body))).toBe(200);
    expect(desk.executions()[0]?.output).toBeNull();
  });

  test('takes no signature for a bad one, and changes nothing (SP-57)', async () => {
    const { desk, post } = openDesk();
    const body = done('passed');
    const good = sign(desk.webhook.secret, body);
    const bad = [undefined, '', 'sha256=', sign('other', body), sign(desk.webhook.secret, `${body} `), `${good}0`];
    for (const signature of bad) expect(await post(body, signature)).toBe(403);
    expect(desk.executions()[0]?.output).toBeNull();
  });

  test.each(['', '[]', '{}', '{"pipeline":{}}', '{"pipeline":{"id":""}}', '{"pipeline":{"id":1}}'])(
    'answers 400 to a signed %j',
    async (body) => {
      const { desk, post } = openDesk();
      expect(await post(body, sign(desk.webhook.secret, body))).toBe(400);
    },
  );

  test('is known by its id alone, and asked by POST', async () => {
    const { site, desk } = openDesk();
    const body = done('passed');
    expect(await post(site, 'other', body, sign(desk.webhook.secret, body))).toBe(404);
    const path = `${ISSUER}/api/v1/webhooks/${desk.webhook.id}`;
    expect((await askRoute(webhook, site, path, { members: { id: desk.webhook.id } })).answer.status).toBe(405);
  });
});

describe('the stub of Semaphore', () => {
  const START = `${ISSUER}/semaphore/api/v1alpha/plumber-workflows`;
  test.each([
    [405, 'GET', (token: string) => `Token ${token}`, '{}'],
    [401, 'POST', () => '', '{}'],
    [401, 'POST', () => 'Token other', '{}'],
    [401, 'POST', (token: string) => `Bearer ${token}`, '{}'],
    [400, 'POST', (token: string) => `Token ${token}`, ''],
    [400, 'POST', (token: string) => `Token ${token}`, '{"parameters":{"n":1}}'],
    [200, 'POST', (token: string) => `Token ${token}`, '{"project_id":"p","reference":"r"}'],
  ])('answers %i to %s', async (status, method, authorize, body) => {
    const { site } = openFakeSite(sampleJob(superplane));
    const desk = site.remember(createDesk);
    const headers = { authorization: authorize(desk.stubToken) };
    const { answer } = await askRoute(stub, site, START, { method, headers, body });
    expect(answer.status).toBe(status);
    expect(desk.requests()).toHaveLength(status === 200 ? 1 : 0);
  });
});

test('every option takes its own default', () => {
  for (const option of Object.values(superplane.options)) {
    expect(option.pattern?.test(option.default) ?? true).toBe(true);
  }
});
