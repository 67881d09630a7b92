import { describe, expect, test } from 'vitest';
import { CLAIMS } from '../../../daemon/platforms/google-metadata/claims.ts';
import { googleMetadata } from '../../../daemon/platforms/google-metadata/platform.ts';
import { openSite, readPayload, SECRET } from './open-site.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

const ROOT = '/computeMetadata/v1';
const ACCOUNT = `${ROOT}/instance/service-accounts/default`;
const OPTIONS = { project: 'initech-prod', 'project-number': '739419398126', instance: 'runner-3', licenses: '11,22' };

const openMetadata = async (options = {}) => {
  const { fetch } = await openSite(googleMetadata, sampleJob(googleMetadata, { options: { ...OPTIONS, ...options } }));
  return (path: string, headers: Readonly<Record<string, string>> = { 'metadata-flavor': 'Google' }, method = 'GET') =>
    fetch({ method, path, headers: { authorization: `Bearer ${SECRET}`, ...headers } });
};

test('the full token of an instance has the claims of Google, each of its type', async () => {
  const { header, claims } = await mintSample(
    googleMetadata,
    sampleJob(googleMetadata, { options: OPTIONS }),
    'https://x',
  );
  expect(Object.keys(header)).toEqual(['alg', 'kid', 'typ']);
  expect(header).toMatchObject({ alg: 'RS256', typ: 'JWT', kid: expect.stringMatching(/^[0-9a-f]{40}$/) });
  expect(describeTypes(claims)).toEqual({
    ...{ iss: 'string', sub: 'string', aud: 'string', iat: 'integer', exp: 'integer' },
    ...{ azp: 'string', email: 'string', email_verified: 'boolean', google: 'object' },
  });
  expect(claims).toMatchObject({
    aud: 'https://x',
    sub: expect.stringMatching(/^1\d{20}$/),
    azp: claims.sub,
    email: 'builder@initech-prod.iam.gserviceaccount.com',
    email_verified: true,
  });
  expect(claims.google).toEqual({
    compute_engine: {
      instance_creation_timestamp: expect.any(Number),
      instance_id: expect.stringMatching(/^\d{19}$/),
      instance_name: 'runner-3',
      project_id: 'initech-prod',
      project_number: 739_419_398_126,
      zone: 'us-central1-a',
    },
  });
  expect(Number(claims.exp) - Number(claims.iat)).toBe(3_600);
});

test('the described claims are those of a token', () => {
  const { claims } = googleMetadata.identify(sampleJob(googleMetadata));
  expect(Object.keys(claims).sort()).toEqual(Object.keys(CLAIMS).sort());
});

test.each(['push', 'tag', 'pull_request', 'fork', 'schedule', 'manual'] as const)(
  'nothing that starts a job changes who an instance is (%s)',
  (trigger) => {
    const job = sampleJob(googleMetadata, { trigger, facts: { environment: 'production' } });
    expect(googleMetadata.identify(job)).toEqual(googleMetadata.identify(sampleJob(googleMetadata)));
  },
);

test.each([
  ['acme', 'widgets', 'acme-widgets'],
  ['9Lives', 'A_b', 'lives-a-b'],
  ['x', 'y', 'x-y000'],
  ['1', '2', 'project'],
])('the project of %s/%s is %s', (owner, repository, project) => {
  const { claims } = googleMetadata.identify(sampleJob(googleMetadata, { facts: { owner, repository } }));
  expect(claims.email).toBe(`builder@${project}.iam.gserviceaccount.com`);
  expect(googleMetadata.options.project?.pattern?.test(project)).toBe(true);
});

describe('identity', () => {
  const payloadOf = async (query: string, options = {}) => {
    const get = await openMetadata(options);
    const { status, text, type, headers } = await get(`${ACCOUNT}/identity?${query}`);
    expect([status, type, headers?.['metadata-flavor']]).toEqual([200, 'text/html', 'Google']);
    return readPayload(text);
  };

  test.each(['audience=https%3A%2F%2Fmy.example.com', 'audience=https://my.example.com&format=standard'])(
    'of ?%s is of the standard format',
    async (query) => {
      const claims = await payloadOf(query);
      expect(Object.keys(claims).sort()).toEqual(['aud', 'azp', 'exp', 'iat', 'iss', 'sub']);
      expect(claims.aud).toBe('https://my.example.com');
    },
  );

  test('of format=full tells of address and instance, on Compute Engine alone', async () => {
    expect(await payloadOf('audience=a&format=full')).toMatchObject({
      email_verified: true,
      google: { compute_engine: { instance_name: 'runner-3' } },
    });
    const elsewhere = await payloadOf('audience=a&format=full', { product: 'cloud-build' });
    expect(elsewhere).toHaveProperty('email');
    expect(elsewhere).not.toHaveProperty('google');
  });

  test.each([
    ['TRUE', ['11', '22']],
    ['true', ['11', '22']],
    ['FALSE', undefined],
  ])('names the licenses for who asks: licenses=%s', async (licenses, expected) => {
    const { google } = await payloadOf(`audience=a&format=full&licenses=${licenses}`);
    expect((google as { compute_engine: object }).compute_engine).toHaveProperty('instance_name');
    expect((google as { compute_engine: { license_id?: string[] } }).compute_engine.license_id).toEqual(expected);
  });

  test.each(['', 'audience=', 'audience=%20', 'audience=a%0ab', 'audience=a&format=short'])(
    'of ?%s is refused',
    async (query) => {
      const get = await openMetadata();
      expect((await get(`${ACCOUNT}/identity?${query}`)).status).toBe(400);
    },
  );

  test('is there for the address of the account too', async () => {
    const get = await openMetadata();
    const account = `${ROOT}/instance/service-accounts/builder@initech-prod.iam.gserviceaccount.com`;
    expect((await get(`${account}/identity?audience=a`)).status).toBe(200);
  });
});

describe('the metadata server', () => {
  test.each([
    ['/', 'computeMetadata/\n'],
    ['/computeMetadata/', 'v1/\n'],
    [ROOT, 'instance/\nproject/\nuniverse/\n'],
    [`${ROOT}/`, 'instance/\nproject/\nuniverse/\n'],
    [`${ROOT}/project/project-id`, 'initech-prod'],
    [`${ROOT}/project/numeric-project-id`, '739419398126'],
    [`${ROOT}/instance/zone`, 'projects/739419398126/zones/us-central1-a'],
    [`${ROOT}/instance/region`, 'projects/739419398126/regions/us-central1'],
    [`${ROOT}/instance/service-accounts/`, 'default/\nbuilder@initech-prod.iam.gserviceaccount.com/\n'],
    [`${ACCOUNT}/`, 'aliases\nemail\nidentity\nscopes\n'],
    [`${ACCOUNT}/email`, 'builder@initech-prod.iam.gserviceaccount.com'],
    [`${ROOT}/universe/universe-domain`, 'googleapis.com'],
  ])('answers %s as text, and says what it is', async (path, text) => {
    const get = await openMetadata();
    expect(await get(path)).toMatchObject({
      status: 200,
      text,
      type: 'application/text',
      headers: { 'metadata-flavor': 'Google' },
    });
  });

  test('tells ?recursive=true&alt=text whole, with the path of each value below the directory', async () => {
    const get = await openMetadata();
    const account = 'builder@initech-prod.iam.gserviceaccount.com';
    const linesOf = (name: string) =>
      [
        `${name}/aliases default`,
        `${name}/email ${account}`,
        `${name}/scopes https://www.googleapis.com/auth/cloud-platform`,
      ].map((line) => `${line}\n`);
    expect(await get(`${ROOT}/instance/service-accounts/?recursive=true&alt=text`)).toMatchObject({
      type: 'application/text',
      text: [...linesOf('default'), ...linesOf(account)].join(''),
    });
    expect((await get(`${ROOT}/project?recursive=true&alt=text`)).text).toBe(
      'numeric-project-id 739419398126\nproject-id initech-prod\n',
    );
    // A directory of nothing has no line, nor has what is asked for one by one.
    expect((await get(`${ROOT}/?recursive=true&alt=text`)).text).not.toMatch(/attributes|identity/);
  });

  test.each([
    ['project/project-id?recursive=true', 'initech-prod', 'application/text'],
    ['project/project-id?recursive=true&alt=text', 'initech-prod', 'application/text'],
    ['project/project-id?recursive=true&alt=json', '"initech-prod"', 'application/json'],
    ['instance?recursive=xyz', expect.stringMatching(/^attributes\/\n/), 'application/text'],
  ])(
    'tells a value alone as a value, and a directory that is not asked for whole by its names: %s',
    async (path, text, type) => {
      const get = await openMetadata();
      expect(await get(`${ROOT}/${path}`)).toMatchObject({ text, type });
    },
  );

  test.each(['recursive=true', 'recursive=True', 'recursive=TRUE&alt=json'])('tells ?%s whole', async (query) => {
    const get = await openMetadata();
    expect((await get(`${ROOT}/universe/?${query}`)).content).toEqual({ universeDomain: 'googleapis.com' });
  });

  test('lists a directory as text, also for who wants JSON, unless it is to be whole', async () => {
    const get = await openMetadata();
    const answer = await get(`${ROOT}/universe/?alt=json`);
    expect([answer.type, answer.text]).toEqual(['application/text', 'universe-domain\n']);
  });

  test('lists the instance, which libraries look for', async () => {
    const get = await openMetadata();
    expect((await get(`${ROOT}/instance`)).text.split('\n')).toEqual(
      expect.arrayContaining(['id', 'service-accounts/']),
    );
  });

  test('tells a whole directory as JSON, with the names in camel case', async () => {
    const get = await openMetadata();
    expect((await get(`${ACCOUNT}/?recursive=true`)).content).toEqual({
      aliases: ['default'],
      email: 'builder@initech-prod.iam.gserviceaccount.com',
      scopes: ['https://www.googleapis.com/auth/cloud-platform'],
    });
    expect((await get(`${ROOT}/project/?recursive=true&alt=json`)).content).toEqual({
      numericProjectId: 739_419_398_126,
      projectId: 'initech-prod',
    });
    expect((await get(`${ROOT}/project/project-id?alt=json`)).content).toBe('initech-prod');
  });

  test.each([`${ACCOUNT}/token`, `${ROOT}/nothing`, `${ROOT}/project/project-id/more`, `${ROOT}/constructor`])(
    'has nothing at %s',
    async (path) => {
      const get = await openMetadata();
      expect(await get(path)).toMatchObject({ status: 404, headers: { 'metadata-flavor': 'Google' } });
    },
  );

  test('wants its header below the root, and a job that lives everywhere', async () => {
    const get = await openMetadata();
    expect((await get('/', {})).status).toBe(200);
    for (const headers of [{}, { 'metadata-flavor': 'google' }]) {
      expect((await get(`${ROOT}/project/project-id`, headers)).status).toBe(403);
    }
    const stranger = { 'metadata-flavor': 'Google', authorization: 'Bearer nope' };
    expect((await get('/', stranger)).status).toBe(403);
    expect((await get(`${ACCOUNT}/identity?audience=a`, stranger)).status).toBe(403);
  });

  test('answers nothing that came through a proxy', async () => {
    const get = await openMetadata();
    const forwarded = { 'metadata-flavor': 'Google', 'x-forwarded-for': '10.0.0.1' };
    for (const path of ['/', ROOT, `${ACCOUNT}/email`, `${ACCOUNT}/identity?audience=a`]) {
      expect(await get(path, forwarded)).toMatchObject({ status: 403, headers: { 'metadata-flavor': 'Google' } });
    }
    expect((await get('/', { ...forwarded, 'x-forwarded-for': '' })).status).toBe(403);
  });

  test('only reads', async () => {
    const get = await openMetadata();
    expect((await get(`${ACCOUNT}/email`, { 'metadata-flavor': 'Google' }, 'POST')).status).toBe(405);
    expect((await get(`${ACCOUNT}/email`, { 'metadata-flavor': 'Google' }, 'HEAD')).status).toBe(200);
  });

  test('shows a failure inside as a page, without what would be markup', () => {
    expect(googleMetadata.describeFailure?.(500, '<b> & "c"')?.body).toContain('&lt;b&gt; &amp; "c"');
  });
});

test('a job reaches the server by a door of its own', async () => {
  const job = sampleJob(googleMetadata);
  const { relays, variables } = googleMetadata.handOver(job, sampleGrant(job));
  expect(relays).toEqual([
    {
      kind: 'tcp',
      path: null,
      target: 'http://localhost:6468/issuers/google-metadata',
      headers: { authorization: `Bearer ${SECRET}` },
      variables: {
        GCE_METADATA_HOST: '{address}',
        GCE_METADATA_IP: '{address}',
        METADATA_SERVER_DETECTION: 'assume-present',
      },
    },
  ]);
  expect(await variables()).toEqual({ GOOGLE_CLOUD_PROJECT: 'acme-widgets' });
});
