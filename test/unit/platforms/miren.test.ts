import { describe, expect, test } from 'vitest';
import { CLAIMS } from '../../../daemon/platforms/miren/claims.ts';
import { miren } from '../../../daemon/platforms/miren/platform.ts';
import type { LiveRun, RouteSite } from '../../../daemon/platforms/platform.ts';
import { matchPlatformRoute } from '../../../daemon/platforms/route-table.ts';
import { MintmarkError } from '../../../daemon/problem.ts';
import { askRoute, openFakeSite } from './fake-site.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

const REGISTERED = {
  'dns-name': 'cluster-abc.miren.systems',
  'organization-id': 'org_1',
  'cluster-id': 'cl_2',
  sandbox: 'sandbox/widgets-web-CZ1',
};
const identify = (options: Record<string, string> = {}) => miren.identify(sampleJob(miren, { options }));

/** ci-platforms A16: every claim of a token of a registered cluster, with its type. */
const GOLDEN = {
  iss: 'string',
  aud: 'array',
  sub: 'string',
  iat: 'integer',
  nbf: 'integer',
  exp: 'integer',
  jti: 'string',
  organization_id: 'string',
  cluster_id: 'string',
  app: 'string',
  sandbox_id: 'string',
  identity_type: 'string',
};

test('MI-20, MI-27: a token has Miren’s header and claims, key by key and type by type', async () => {
  const { header, claims } = await mintSample(miren, sampleJob(miren, { options: REGISTERED }));
  expect(Object.keys(header)).toEqual(['alg', 'kid', 'typ']);
  expect(header.alg).toBe('RS256');
  expect(describeTypes(claims)).toEqual(GOLDEN);
  expect(claims).toMatchObject({
    sub: 'org:org_1:app:widgets:sandbox:sandbox/widgets-web-CZ1',
    aud: ['miren'],
    nbf: claims.iat,
    exp: Number(claims.iat) + 3_600,
    jti: expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    organization_id: 'org_1',
    cluster_id: 'cl_2',
    app: 'widgets',
    sandbox_id: 'sandbox/widgets-web-CZ1',
    identity_type: 'sandbox',
  });
});

test('MI-20: a cluster that is not registered claims no organization and no id', () => {
  expect(Object.keys(identify().claims)).toEqual(['app', 'sandbox_id', 'identity_type']);
});

test.each([
  [{ 'organization-id': 'o', app: 'a', sandbox: 'sandbox/a-1' }, 'org:o:app:a:sandbox:sandbox/a-1'],
  [{ app: 'a', sandbox: 'sb-1' }, 'app:a:sandbox:sb-1'],
  [{ app: '', sandbox: 'sb-1' }, 'sandbox:sb-1'],
  [{ 'organization-id': 'o', app: '', sandbox: '' }, 'org:o:sandbox:'],
])('MI-22: sub with %o is %s', (options, subject) => {
  expect(identify(options).subject).toBe(subject);
});

test('MI-28: sandbox_id is always there, app only when there is one', () => {
  expect(identify({ app: '', sandbox: '' }).claims).toEqual({ sandbox_id: '', identity_type: 'sandbox' });
});

test('every run is a sandbox of its own', () => {
  const { subject } = identify();
  expect(subject).toMatch(/^app:widgets:sandbox:sandbox\/widgets-web-[A-Za-z0-9]{6}$/);
  const other = miren.identify({ ...sampleJob(miren), runKey: 'other' });
  expect(other.subject).not.toBe(subject);
});

test.each([
  { app: 'a:sandbox:x' },
  { sandbox: 'sb:1' },
  { 'organization-id': 'o:1' },
  { 'system-workload': 'telemetrywriter', 'cluster-id': 'c:1' },
])('MI-23: a colon in %o is refused', (options) => {
  expect(identify(options).refusal?.code).toBe('subject');
});

test.each(['sandboxcontroller', 'telemetrywriter'])('MI-48: %s is a system workload', (workload) => {
  const { subject, claims } = identify({ ...REGISTERED, 'system-workload': workload });
  expect(subject).toBe(`org:org_1:cluster:cl_2:system:${workload}`);
  expect(claims).toEqual({
    organization_id: 'org_1',
    cluster_id: 'cl_2',
    sandbox_id: '',
    identity_type: 'system',
    system_workload: workload,
  });
  expect(Object.keys(claims).every((name) => Object.hasOwn(CLAIMS, name))).toBe(true);
});

describe('the real issuer of a cluster', () => {
  const realIssuer = (options: Record<string, string>) => miren.realIssuer(sampleJob(miren, { options }));

  test.each([
    [{ 'dns-name': 'c.miren.systems', names: 'a.example,b.example' }, 'https://c.miren.systems'],
    [{ names: 'a.example,b.example' }, 'https://a.example'],
    [{ names: 'b.example,a.example' }, 'https://b.example'],
    [{}, 'https://cluster.local'],
    [{ names: '' }, null],
  ])('MI-18: with %o is %s', (options, issuer) => {
    expect(realIssuer(options)).toBe(issuer);
  });

  test('MI-19: is warned of where only the order of names decides', () => {
    expect(identify({ names: 'a.example,b.example' }).warnings).toEqual([expect.stringContaining('https://a.example')]);
    expect(identify({ names: 'a.example,b.example', 'dns-name': 'c.miren.systems' }).warnings).toEqual([]);
    expect(identify().warnings).toEqual([]);
  });

  test('MI-16: is none without a name: no token, and nothing in the environment', async () => {
    expect(identify({ names: '' }).refusal?.code).toBe('issuer');
    const job = sampleJob(miren, { options: { names: '' } });
    const { variables, files } = miren.handOver(job, sampleGrant(job));
    expect(await variables()).toEqual({});
    expect(files).toBeUndefined();
  });
});

test('MI-39, MI-40, MI-41: a sandbox finds a file that all may read, and where and with what to ask', async () => {
  const job = sampleJob(miren);
  const grant = { ...sampleGrant(job), issuerUrl: 'http://127.0.0.1:6468/issuers/miren' };
  const { variables, files } = miren.handOver(job, grant);
  expect(await variables()).toEqual({
    MIREN_IDENTITY_TOKEN_PATH: '/run-directory/miren/identity-token',
    MIREN_OIDC_ISSUER_URL: job.issuerUrl,
    MIREN_IDENTITY_TOKEN_URL: 'http://127.0.0.1:6468/issuers/miren/v1/token',
    MIREN_IDENTITY_TOKEN_SECRET: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(await files?.()).toEqual([
    { path: 'miren/identity-token', mode: 0o644, content: 'token for null', refreshSeconds: 2_700 },
  ]);
});

describe('the token server', () => {
  const job = sampleJob(miren);
  const url = `${job.issuerUrl}/v1/token`;
  const SECRET_B = 'cd'.repeat(32);

  interface Asked {
    readonly suffix?: string;
    readonly method?: string;
    readonly authorization?: string | undefined;
    readonly from?: string;
    readonly headers?: Record<string, string>;
    readonly mint?: () => Promise<never>;
  }

  /** Sandbox A asks from 127.0.0.1 and sandbox B from 127.0.0.5. */
  const ask = async (asked: Asked = {}) => {
    const { suffix = '', method = 'GET', from = '127.0.0.1', headers, mint } = asked;
    const { site, wishes, secret } = openFakeSite(job, mint);
    const authorization = 'authorization' in asked ? asked.authorization : `Bearer ${secret}`;
    const runs: Record<string, { secret: string; run: LiveRun | null }> = {
      '127.0.0.1': { secret, run: site.findRun(secret) },
      '127.0.0.5': { secret: SECRET_B, run: site.findRun(secret) },
    };
    const bound: RouteSite = {
      ...site,
      hasRunAt: (address) => runs[address] !== undefined,
      findRunAt: (address, presented) => {
        const here = runs[address];
        return here === undefined || presented !== here.secret ? null : here.run;
      },
    };
    const request = { method, headers: { authorization, ...headers }, remoteAddress: from };
    return { ...(await askRoute(miren.routes[0], bound, `${url}${suffix}`, request)), wishes };
  };

  test('MI-29: answers with the token and nothing else', async () => {
    const { answer, body } = await ask();
    expect([answer.status, body]).toEqual([200, { value: 'token for null' }]);
  });

  test.each([
    ['', undefined],
    ['?audience=', undefined],
    ['?audience=a', ['a']],
    ['?audience=b&audience=a', ['b', 'a']],
  ])('MI-24: %j is for %j, in this order', async (suffix, audience) => {
    expect((await ask({ suffix })).wishes[0]?.audience).toEqual(audience);
  });

  test.each([
    ['', undefined],
    ['?ttl=', undefined],
    ['?ttl=1', 60],
    ['?ttl=60', 60],
    ['?ttl=600', 600],
    ['?ttl=86400', 86_400],
    ['?ttl=999999', 86_400],
  ])('MI-25: %j lives %s seconds', async (suffix, ttlSeconds) => {
    expect((await ask({ suffix })).wishes[0]?.ttlSeconds).toBe(ttlSeconds);
  });

  test.each(['0', '-1', 'abc', '1.5', '1e3', '0x10', '99999999999999999999'])('MI-26: refuses ttl=%s', async (ttl) => {
    const { answer, body } = await ask({ suffix: `?ttl=${ttl}` });
    expect([answer.status, body]).toEqual([400, { error: 'ttl must be a positive integer (seconds)' }]);
  });

  const NO_BEARER = { authorization: undefined };
  const WRONG = { authorization: `Bearer ${'ef'.repeat(32)}` };

  test.each<[Asked, number, string]>([
    [{ method: 'POST', from: '', ...NO_BEARER }, 405, 'only GET is allowed'],
    [{ method: 'HEAD' }, 405, 'only GET is allowed'],
    [{ from: '', ...NO_BEARER }, 400, 'invalid remote address'],
    [{ from: '127.0.0.9', ...NO_BEARER }, 401, 'missing or invalid Authorization header'],
    [{ from: '127.0.0.9', ...WRONG }, 403, 'unknown source address'],
    [{ suffix: '?ttl=0', ...WRONG }, 403, 'invalid token'],
  ])('MI-30: of two mistakes, as in %o, the first one is said', async (asked, status, error) => {
    const { answer, body, wishes } = await ask(asked);
    expect([answer.status, body, wishes]).toEqual([status, { error }, []]);
  });

  test('MI-32, MI-33: the secret of a sandbox is good at its own address alone', async () => {
    const authorization = `Bearer ${SECRET_B}`;
    expect((await ask({ authorization, from: '127.0.0.5' })).answer.status).toBe(200);
    expect((await ask({ authorization })).body).toEqual({ error: 'invalid token' });
    expect((await ask({ authorization, from: '127.0.0.9' })).body).toEqual({ error: 'unknown source address' });
  });

  test('MI-34: what a request says of its origin counts for nothing', async () => {
    const headers = { 'x-forwarded-for': '127.0.0.5', forwarded: 'for=127.0.0.5', 'x-real-ip': '127.0.0.5' };
    expect((await ask({ headers, authorization: `Bearer ${SECRET_B}` })).answer.status).toBe(403);
  });

  test.each([undefined, '', 'Bearer', 'Bearer ', `Basic ${'ab'.repeat(32)}`, 'ab'.repeat(32)])(
    'MI-35: refuses the credential %j',
    async (authorization) => {
      const { answer, body } = await ask({ authorization });
      expect([answer.status, body]).toEqual([401, { error: 'missing or invalid Authorization header' }]);
    },
  );

  test('says that it could not issue a token, and no more', async () => {
    const mint = async () => {
      throw new MintmarkError('key_unavailable', 'Something about a key');
    };
    const { answer, body } = await ask({ mint });
    expect([answer.status, body]).toEqual([500, { error: 'failed to issue token' }]);
  });

  test.each(['/v1', '/v1/', '/v1/tokens', '/v1/token', '/v1/token/', '/v1/token/x', '/v1/a/b'])(
    'MI-31: %s is answered by the route of that path',
    async (path) => {
      const route = matchPlatformRoute(miren.routes, path)?.route;
      const { answer, body } = await askRoute(route, openFakeSite(job).site, `${job.issuerUrl}${path}`);
      const expected = path === '/v1/token' ? [401, expect.anything()] : [404, { error: 'not found' }];
      expect([answer.status, body]).toEqual(expected);
    },
  );
});

test.each([
  ['', null],
  ['127.0.0.5', '127.0.0.5'],
])('a sandbox with the address %j asks from %j', (address, expected) => {
  expect(miren.addressOf?.(sampleJob(miren, { options: { address } }))).toBe(expected);
});

test('every option takes its own default', () => {
  for (const option of Object.values(miren.options)) expect(option.pattern?.test(option.default) ?? true).toBe(true);
});
