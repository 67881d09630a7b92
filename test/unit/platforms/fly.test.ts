import { describe, expect, test } from 'vitest';
import { CLAIMS } from '../../../daemon/platforms/fly/claims.ts';
import { fly } from '../../../daemon/platforms/fly/platform.ts';
import { openSite, readPayload, SECRET } from './open-site.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

const ROLE = 'arn:aws:iam::123456789012:role/deployer';
const OPTIONS = { organization: 'initech', app: 'tps', machine: 'dry-river-17', region: 'ams' };

test('the token of a machine has the claims of Fly.io, all texts, for ten minutes', async () => {
  const { header, claims } = await mintSample(fly, sampleJob(fly, { options: OPTIONS }));
  expect(Object.keys(header)).toEqual(['alg', 'kid', 'typ']);
  expect(header).toMatchObject({ alg: 'RS256', typ: 'JWT', kid: expect.stringMatching(/^[0-9a-f]{40}$/) });
  expect(describeTypes(claims)).toEqual({
    ...{ iss: 'string', sub: 'string', aud: 'string', jti: 'string', iat: 'integer', nbf: 'integer', exp: 'integer' },
    ...{ app_id: 'string', app_name: 'string', image: 'string', image_digest: 'string' },
    ...{ machine_id: 'string', machine_name: 'string', machine_version: 'string' },
    ...{ org_id: 'string', org_name: 'string', region: 'string' },
  });
  expect(claims).toMatchObject({
    sub: 'initech:tps:dry-river-17',
    aud: 'https://fly.io/initech',
    app_id: expect.stringMatching(/^\d{7}$/),
    app_name: 'tps',
    image: expect.stringMatching(/^tps:deployment-01J[0-9A-F]{23}$/),
    image_digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    machine_id: expect.stringMatching(/^[0-9a-f]{14}$/),
    machine_name: 'dry-river-17',
    machine_version: expect.stringMatching(/^[0-9A-Z]{26}$/),
    org_id: expect.stringMatching(/^\d{8}$/),
    org_name: 'initech',
    region: 'ams',
  });
  expect([Number(claims.nbf), Number(claims.exp)].map((at) => at - Number(claims.iat))).toEqual([0, 600]);
});

test('the described claims are those of a token', () => {
  expect(Object.keys(fly.identify(sampleJob(fly)).claims).sort()).toEqual(Object.keys(CLAIMS).sort());
});

test.each(['push', 'tag', 'pull_request', 'fork', 'schedule', 'manual'] as const)(
  'nothing that starts a job changes who a machine is (%s)',
  (trigger) => {
    const job = sampleJob(fly, { trigger, facts: { environment: 'production' } });
    expect(fly.identify(job)).toMatchObject({ subject: 'acme:widgets:ancient-snow-4824', refusal: null });
  },
);

test('names of owner and repository become slugs', () => {
  const job = sampleJob(fly, { facts: { owner: 'Big.Corp/team', repository: 'My_App' } });
  expect(fly.identify(job).subject).toBe('big-corp:my-app:ancient-snow-4824');
  expect(fly.realIssuer(job)).toBe('https://oidc.fly.io/big-corp');
});

describe('the API of a machine', () => {
  const path = '/v1/tokens/oidc';
  const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/x-www-form-urlencoded' };
  const post = async (body: unknown, asked = {}) =>
    (await openSite(fly, sampleJob(fly))).fetch({ path, headers, body, ...asked });

  test('answers with the bare token, for the audience that is asked for', async () => {
    const { status, type, text } = await post('{"aud":"sts.amazonaws.com"}');
    expect([status, type]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(readPayload(text).aud).toBe('sts.amazonaws.com');
  });

  test.each(['', '{}', '{"aud":""}'])('gives the default audience to %o', async (body) => {
    expect(readPayload((await post(body)).text).aud).toBe('https://fly.io/acme');
  });

  test.each([
    ['{', {}, 400],
    ['{"aud":["a","b"]}', {}, 400],
    ['{}', { method: 'GET' }, 405],
    ['{}', { headers: {} }, 401],
    ['{}', { headers: { authorization: 'Bearer nope' } }, 401],
  ])('refuses %o %o', async (body, asked, code) => {
    const { status, content } = await post(body, asked);
    expect([status, typeof content.error]).toEqual([code, 'string']);
  });
});

describe('a job', () => {
  const handOver = (options = {}) => {
    const job = sampleJob(fly, { options });
    return fly.handOver(job, sampleGrant(job));
  };

  test('reaches the API by a socket, and knows its machine', async () => {
    const { relays, variables, files } = handOver(OPTIONS);
    expect(relays).toEqual([
      {
        kind: 'unix',
        path: 'fly-api.sock',
        target: 'http://localhost:6468/issuers/fly',
        headers: { authorization: `Bearer ${SECRET}` },
        variables: { FLY_API_SOCKET: '{address}' },
      },
    ]);
    const { claims } = fly.identify(sampleJob(fly, { options: OPTIONS }));
    const known = await variables();
    expect(known).toMatchObject({
      FLY_APP_NAME: 'tps',
      FLY_MACHINE_ID: claims.machine_id,
      FLY_MACHINE_VERSION: claims.machine_version,
      FLY_IMAGE_REF: `registry.fly.io/${claims.image}`,
      FLY_REGION: 'ams',
    });
    expect(Object.keys(known).filter((name) => name.startsWith('AWS_'))).toEqual([]);
    expect(await files?.()).toEqual([]);
  });

  test('with a role finds a token file, which is refreshed', async () => {
    const { variables, files } = handOver({ 'aws-role-arn': ROLE });
    expect(await variables()).toMatchObject({
      AWS_ROLE_ARN: ROLE,
      AWS_ROLE_SESSION_NAME: expect.stringMatching(/^[0-9a-f]{14}$/),
      AWS_WEB_IDENTITY_TOKEN_FILE: '/run-directory/.fly/oidc_token',
    });
    expect(await files?.()).toEqual([
      { path: '.fly/oidc_token', mode: 0o600, content: 'token for "sts.amazonaws.com"', refreshSeconds: 2_880 },
    ]);
  });
});
