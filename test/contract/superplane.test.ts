import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Daemon, expectStatus, mint, setClock, startDaemon } from '../support/daemon.ts';
import { type Answer, ask } from '../support/http.ts';
import { createPlanted, readTree } from '../support/planted.ts';
import { reservePort } from '../support/ports.ts';
import { BUNDLE, makeHome, NODE } from '../support/program.ts';
import { type Semaphore, STARTED, startSemaphore } from '../support/semaphore.ts';
import type { Problem } from '../support/wire.ts';

const API_TOKEN = randomBytes(24).toString('base64url');
const PROJECT = '1e1fcfb5-09c0-487e-b051-2d0b5514c42a';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UNSIGNED = 'failed to sign OIDC execution token';

interface Started {
  executionId: string;
  canvasId: string;
  workflowId: string;
  pipelineId: string;
  workflowUrl: string;
  parameters: string[];
  webhook: { url: string; secret: string };
}

interface Recorded {
  pipeline_file: string;
  parameters: Record<string, string>;
}

let daemon: Daemon;
let semaphore: Semaphore;
let issuer: string;
beforeAll(async () => {
  daemon = await startDaemon({ args: ['--clock-control'] });
  issuer = `${daemon.baseUrl}/issuers/superplane`;
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  semaphore = await startSemaphore();
});
afterEach(() => semaphore.close());

const execute = (input: Record<string, unknown> = {}, slug = 'superplane', at = daemon): Promise<Answer> =>
  at.control('POST', `/issuers/${slug}/executions`, {
    organizationUrl: semaphore.url,
    apiToken: API_TOKEN,
    projectId: PROJECT,
    ...input,
  });
const start = async (input: Record<string, unknown> = {}): Promise<Started> => expectStatus(await execute(input), 201);
const startSigned = async (input: Record<string, unknown> = {}) => {
  const started = await start({ addOidcAssertion: true, ...input });
  const { body } = semaphore.seen.at(-1)!;
  return { started, body, token: body.parameters.SUPERPLANE_OIDC_TOKEN ?? '' };
};
const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const problemOf = (answer: Answer): Problem => answer.json<Problem>();
const verifyBy = (env: Record<string, string>, ...pins: string[]) =>
  daemon.cli(['oidc', 'verify', '--url', issuer, '--audience', 'semaphore', ...pins], { env });
const readLog = (at = daemon): string => readFileSync(join(at.home, 'daemon.log'), 'utf8');

describe('a node that runs semaphore.runWorkflow', () => {
  it('SP-1, SP-3: hands its token and ids to the workflow', async () => {
    const { started, body, token } = await startSigned();
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(started).toMatchObject({
      workflowId: STARTED.workflow_id,
      pipelineId: STARTED.pipeline_id,
      workflowUrl: `${semaphore.url}/workflows/${STARTED.workflow_id}`,
    });
    const { execution_id, canvas_id } = claimsOf(token);
    expect(body.parameters).toMatchObject({ SUPERPLANE_EXECUTION_ID: execution_id, SUPERPLANE_CANVAS_ID: canvas_id });
    expect([started.executionId, started.canvasId]).toEqual([execution_id, canvas_id]);
    expect((await verifyBy({ SUPERPLANE_OIDC_TOKEN: token }, '--node-id', 'deploy')).code).toBe(0);
  });

  it('SP-2: names the token twice, and either name is verified', async () => {
    const { body, token } = await startSigned();
    expect(body.parameters.SUPERPLANE_OIDC_ASSERTION).toBe(token);
    expect((await verifyBy({ SUPERPLANE_OIDC_ASSERTION: token })).code).toBe(0);
  });

  it('SP-4: lets no parameter of the user take the place of its own', async () => {
    const names = ['OIDC_TOKEN', 'OIDC_ASSERTION', 'EXECUTION_ID', 'CANVAS_ID'].map((name) => `SUPERPLANE_${name}`);
    const evil = Object.fromEntries(names.map((name) => [name, 'evil']));
    const { body } = await startSigned({ parameters: { ...evil, COLOUR: 'blue' } });
    expect(Object.keys(body.parameters).toSorted()).toEqual(['COLOUR', ...names].toSorted());
    expect(Object.values(body.parameters)).not.toContain('evil');
    expect(body.parameters.COLOUR).toBe('blue');
  });

  it('SP-8: has no token unless the node adds one', async () => {
    await start({ parameters: { SUPERPLANE_OIDC_TOKEN: 'evil' } });
    expect(Object.keys(semaphore.seen[0]?.body.parameters ?? {}).toSorted()).toEqual([
      'SUPERPLANE_CANVAS_ID',
      'SUPERPLANE_EXECUTION_ID',
    ]);
  });

  it('SP-9, SP-11, SP-12, SP-13, SP-14, SP-15, SP-17: says in its token what was started', async () => {
    const said = { pipelineFile: '.semaphore/deploy.yml', ref: 'refs/tags/v1', commitSha: 'a'.repeat(40) };
    const { token } = await startSigned({ ...said, nodeId: 'deploy-production' });
    const claims = claimsOf(token);
    expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).toEqual({
      alg: 'RS256',
      kid: expect.stringMatching(/^[\w-]{43}$/),
      typ: 'JWT',
    });
    expect(claims).toEqual({
      iss: issuer,
      sub: `execution:${claims.execution_id}`,
      aud: 'semaphore',
      iat: expect.any(Number),
      nbf: claims.iat,
      exp: Number(claims.iat) + 3_600,
      org_id: expect.stringMatching(UUID),
      canvas_id: expect.stringMatching(UUID),
      app_id: claims.canvas_id,
      node_id: 'deploy-production',
      execution_id: expect.stringMatching(UUID),
      component: 'semaphore.runWorkflow',
      project_id: PROJECT,
      pipeline_file: '.semaphore/deploy.yml',
      ref: 'refs/tags/v1',
      commit_sha: 'a'.repeat(40),
    });
  });

  it('SP-15: says nothing of what the node does not name', async () => {
    const { token } = await startSigned({ pipelineFile: '', ref: '' });
    for (const name of ['pipeline_file', 'ref', 'commit_sha']) expect(claimsOf(token)).not.toHaveProperty(name);
  });

  it('SP-16: goes on without the metadata of a project', async () => {
    const { body, token } = await startSigned({ projectId: undefined });
    expect(body).not.toHaveProperty('project_id');
    expect(claimsOf(token)).not.toHaveProperty('project_id');
    expect((await daemon.publicGet('/api/v1/health')).status).toBe(200);
  });

  it('SP-18: lets no claim of a caller go over those of the issuer', async () => {
    for (const claim of ['iss', 'sub', 'aud', 'exp', 'iat', 'nbf']) {
      const answer = await daemon.control('POST', '/issuers/superplane/tokens', { claims: { [claim]: 9e9 } });
      expect([answer.status, problemOf(answer).code]).toEqual([400, 'reserved_claim']);
    }
  });

  it('SP-56: is asked for as Semaphore’s API has it', async () => {
    await start({ organizationUrl: `${semaphore.url}/`, ref: 'refs/heads/main', pipelineFile: '.semaphore/ci.yml' });
    await start({ commitSha: 'b'.repeat(40) });
    const [first, second] = semaphore.seen;
    expect(first).toMatchObject({ method: 'POST', url: '/api/v1alpha/plumber-workflows' });
    expect(first?.headers).toMatchObject({ authorization: `Token ${API_TOKEN}`, 'content-type': 'application/json' });
    expect(first?.body).toEqual({
      project_id: PROJECT,
      reference: 'refs/heads/main',
      pipeline_file: '.semaphore/ci.yml',
      parameters: expect.any(Object),
    });
    expect(second?.body.commit_sha).toBe('b'.repeat(40));
  });
});

describe('when the token cannot be signed', () => {
  const expectUnsigned = (answer: Answer): void => {
    const { correlationId, ...problem } = problemOf(answer) as Problem & { correlationId: string };
    expect(correlationId).toEqual(expect.any(String));
    expect(problem).toEqual({
      type: 'urn:mintmark:problem:execution_unsigned',
      title: UNSIGNED,
      status: 500,
      code: 'execution_unsigned',
    });
    expect(semaphore.seen).toEqual([]);
  };

  it('SP-5, SP-6: starts nothing and says no more than that; the log says why', async () => {
    await setClock(daemon, { freeze: '9999-12-31T23:59:59Z' });
    try {
      expectUnsigned(await execute({ addOidcAssertion: true }));
      const args = ['superplane', 'run-workflow', '--organization-url', semaphore.url, '--add-oidc-assertion'];
      const { code, stdout, stderr } = await daemon.cli(args, { env: { SEMAPHORE_API_TOKEN: API_TOKEN } });
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain(UNSIGNED);
      expect(stderr).not.toContain('clock');
      expect(semaphore.seen).toEqual([]);
      expect(readLog()).toContain('The clock shows a time that a token cannot say');
    } finally {
      await setClock(daemon, { reset: true });
    }
  });

  it('SP-5, SP-6: is the same for a key that cannot be opened, without which a workflow still starts', async () => {
    const place = makeHome();
    const before = await startDaemon({ home: place.home });
    await mint(before, 'superplane');
    await before.terminate();
    breakKeys(join(place.home, 'mintmark.db'));
    const broken = await startDaemon({ home: place.home });
    try {
      expectUnsigned(await execute({ addOidcAssertion: true }, 'superplane', broken));
      expect(readLog(broken)).toContain('The signing key cannot be opened');
      expect((await execute({}, 'superplane', broken)).status).toBe(201);
    } finally {
      await broken.terminate();
      place.remove();
    }
  });

  it('SP-7: is the same where there is nobody to sign', async () => {
    expectUnsigned(await execute({ addOidcAssertion: true }, 'nobody'));
    expect(problemOf(await execute({}, 'nobody')).code).toBe('issuer_not_found');
    expect(problemOf(await execute({ addOidcAssertion: true }, 'default')).code).toBe('invalid_request');
  });
});

describe('the way to Semaphore', () => {
  it.each([
    ['http elsewhere', 'http://semaphore.example', 400, 'invalid_request'],
    ['no URL', 'semaphore', 400, 'invalid_request'],
    ['another scheme', 'file:///etc/passwd', 400, 'invalid_request'],
    ['a credential in it', 'http://user:secret@127.0.0.1:9', 502, 'semaphore_unreachable'],
    ['a metadata service', 'https://169.254.169.254', 502, 'semaphore_unreachable'],
    ['this machine by another name', 'https://127.0.0.2', 502, 'semaphore_unreachable'],
  ])('does not lead to %s', async (_name, organizationUrl, status, code) => {
    const answer = await execute({ organizationUrl });
    expect([answer.status, problemOf(answer).code]).toEqual([status, code]);
  });

  it('ends at nobody who answers', async () => {
    const organizationUrl = `http://127.0.0.1:${await reservePort()}`;
    expect(problemOf(await execute({ organizationUrl })).code).toBe('semaphore_unreachable');
  });

  it.each([
    ['a refusal', { status: 401, body: JSON.stringify({ message: 'secret-answer' }) }],
    ['a redirection', { status: 302, body: '', headers: { location: '/elsewhere' } }],
    ['no workflow', { status: 200, body: '{}' }],
    ['no JSON', { status: 200, body: 'secret-answer' }],
  ])('takes %s for what it is, and repeats nothing of it', async (_name, answer) => {
    semaphore.answer = answer;
    const refused = await execute({ addOidcAssertion: true });
    expect([refused.status, problemOf(refused).code]).toEqual([502, 'semaphore_refused']);
    expect(refused.text + readLog()).not.toContain('secret-answer');
    expect(semaphore.seen).toHaveLength(1);
  });

  it('needs an API token', async () => {
    expect(problemOf(await execute({ apiToken: undefined })).code).toBe('invalid_request');
    const { code, stderr } = await daemon.cli(['superplane', 'run-workflow', '--organization-url', semaphore.url]);
    expect(code).toBe(2);
    expect(stderr).toContain('SEMAPHORE_API_TOKEN');
  });
});

describe('the webhook', () => {
  const report = (url: string, body: string, signature?: string): Promise<Answer> =>
    ask(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(signature === undefined ? {} : { 'x-semaphore-signature-256': signature }),
      },
      body,
    });
  const sign = (secret: string, body: string): string =>
    `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const outputOf = async (executionId: string): Promise<unknown> => {
    const list = await daemon.control('GET', '/issuers/superplane/executions');
    const { items } = expectStatus<{ items: { executionId: string; output: unknown }[] }>(list, 200);
    return items.find((item) => item.executionId === executionId)?.output;
  };

  it('SP-57: is believed only with Semaphore’s signature', async () => {
    semaphore.answer = { status: 200, body: JSON.stringify({ workflow_id: 'w', pipeline_id: 'pipeline-57' }) };
    const { executionId, webhook } = await start();
    expect(webhook.url).toMatch(new RegExp(`^${issuer}/api/v1/webhooks/[0-9a-f-]{36}$`));
    const body = JSON.stringify({ pipeline: { id: 'pipeline-57', state: 'done', result: 'passed' } });
    for (const signature of [undefined, '', 'sha256=', sign('other', body)]) {
      expect((await report(webhook.url, body, signature)).status).toBe(403);
    }
    expect(await outputOf(executionId)).toBeNull();
    expect((await report(webhook.url, body, sign(webhook.secret, body))).status).toBe(200);
    expect(await outputOf(executionId)).toBe('passed');
    const { stdout } = await daemon.cli(['superplane', 'executions']);
    expect(stdout).toMatch(new RegExp(`^${executionId}\\s+passed\\s+deploy`, 'm'));
  });
});

describe('the stub of Semaphore', () => {
  const requests = async (): Promise<Recorded[]> => {
    const list = await daemon.control('GET', '/issuers/superplane/semaphore-requests');
    return expectStatus<{ items: Recorded[] }>(list, 200).items;
  };

  it('records a workflow without its token, unless it is to be kept', async () => {
    const args = ['superplane', 'run-workflow', '--add-oidc-assertion', '--parameter', 'COLOUR=blue=green', '--json'];
    const { code, stdout, stderr } = await daemon.cli([...args, '--pipeline-file', '.semaphore/deploy.yml']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { executionId, canvasId } = JSON.parse(stdout) as Started;
    const [recorded] = await requests();
    expect(recorded).toMatchObject({ pipeline_file: '.semaphore/deploy.yml' });
    expect(recorded?.parameters).toEqual({
      COLOUR: 'blue=green',
      SUPERPLANE_EXECUTION_ID: executionId,
      SUPERPLANE_CANVAS_ID: canvasId,
      SUPERPLANE_OIDC_TOKEN: '[redacted]',
      SUPERPLANE_OIDC_ASSERTION: '[redacted]',
    });
    expect((await daemon.cli([...args, '--keep-token'])).code).toBe(0);
    const [kept] = await requests();
    const env = { SUPERPLANE_OIDC_TOKEN: kept?.parameters.SUPERPLANE_OIDC_TOKEN ?? '' };
    expect((await verifyBy(env, '--node-id', 'deploy')).code).toBe(0);
    const listed = await daemon.cli(['superplane', 'requests']);
    expect(listed.stdout).toContain('SUPERPLANE_OIDC_TOKEN');
  });

  it('is open to nobody who is not told its API token', async () => {
    const count = (await requests()).length;
    const path = `${issuer}/semaphore/api/v1alpha/plumber-workflows`;
    for (const authorization of [undefined, 'Token other', `Bearer ${daemon.controlToken}`]) {
      const headers = authorization === undefined ? {} : { authorization };
      expect((await ask(path, { method: 'POST', headers, body: '{}' })).status).toBe(401);
    }
    expect(await requests()).toHaveLength(count);
  });
});

describe('a job of SuperPlane', () => {
  it('SP-1, SP-31: is run with its token, which its prologue verifies', async () => {
    const pins = ['--pipeline-file', '.semaphore/semaphore.yml', '--component', 'semaphore.runWorkflow'];
    const verifying = ['oidc', 'verify', '--url', issuer, '--audience', 'semaphore', ...pins];
    const command = [NODE, BUNDLE, ...verifying];
    const outcome = await daemon.cli(['run', '--as', 'superplane', '--quiet', '--', ...command]);
    expect(outcome).toMatchObject({ code: 0, stdout: 'Token verified\n' });
    const without = await daemon.cli([
      ...['run', '--as', 'superplane', '--set', 'add-oidc-assertion=false', '--quiet', '--'],
      ...command,
    ]);
    expect(without.code).toBe(1);
  });

  it('SP-62: shows a cloud the token of an integration, which lives 5 minutes', async () => {
    const { claims } = await mint(daemon, 'superplane', { options: { kind: 'integration' } } as object);
    expect(claims.sub).toMatch(/^app-installation:[0-9a-f-]{36}$/);
    expect([claims.aud, Number(claims.exp) - Number(claims.iat)]).toEqual([String(claims.sub).split(':')[1], 300]);
  });
});

it('SP-58: the token and the API token are in no log and no file', async () => {
  const planted = createPlanted();
  planted.plant('API token', API_TOKEN);
  planted.plantToken('token of an execution', (await startSigned()).token);
  semaphore.answer = { status: 500, body: '' };
  await execute({ addOidcAssertion: true });
  planted.plantToken('token that was refused', semaphore.seen.at(-1)?.body.parameters.SUPERPLANE_OIDC_TOKEN ?? '');
  const found = readTree(daemon.home).flatMap(({ path, bytes }) => planted.findIn(bytes).map((name) => [path, name]));
  expect(found).toEqual([]);
  const events = expectStatus<{ items: { name: string; detail: object }[] }>(
    await daemon.control('GET', '/events?limit=1000'),
    200,
  );
  expect(events.items.filter(({ name }) => name === 'workflow.started').at(-1)?.detail).toEqual({
    node: 'deploy',
    workflow: STARTED.workflow_id,
    pipeline: STARTED.pipeline_id,
    assertion: true,
  });
});

/** Every sealed private key with its last bit turned: no authentication tag fits any more. */
function breakKeys(file: string): void {
  const database = new Database(file);
  try {
    const keys = database.prepare<[], { id: number; sealed: Buffer }>('SELECT id, sealed FROM keys');
    for (const { id, sealed } of keys.all()) {
      sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
      database.prepare('UPDATE keys SET sealed = ? WHERE id = ?').run(sealed, id);
    }
  } finally {
    database.close();
  }
}
