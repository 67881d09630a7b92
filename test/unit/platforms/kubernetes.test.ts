import { describe, expect, test } from 'vitest';
import { mintAsJob } from '../../../daemon/platforms/act-as-job.ts';
import { KUBERNETES } from '../../../daemon/platforms/kubernetes/claims.ts';
import { kubernetes } from '../../../daemon/platforms/kubernetes/platform.ts';
import { openSite, readPayload, SECRET } from './open-site.ts';
import { openRunFixture } from './run-fixture.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

const ISSUER = 'http://localhost:6468/issuers/kubernetes';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PATH = '/api/v1/namespaces/ci/serviceaccounts/runner/token';
const named = (name: unknown) => ({ name, uid: expect.stringMatching(UUID) });

const ask = async (spec: unknown, { options = {}, ...rest }: Record<string, unknown> & { options?: object } = {}) => {
  const site = await openSite(kubernetes, sampleJob(kubernetes, { options: { ...options } }));
  return site.ask({
    path: PATH,
    headers: { authorization: `Bearer ${SECRET}` },
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec },
    ...rest,
  });
};

test('the token of a pod has the claims of Kubernetes: a list for aud, one private claim, no typ', async () => {
  const job = sampleJob(kubernetes, {
    options: { namespace: 'build', 'service-account': 'deployer', pod: 'deploy-1' },
  });
  const { header, claims } = await mintSample(kubernetes, job);
  expect(Object.keys(header)).toEqual(['alg', 'kid']);
  expect(header).toMatchObject({ alg: 'RS256', kid: expect.stringMatching(/^[\w-]{43}$/) });
  expect(describeTypes(claims)).toEqual({
    ...{ iss: 'string', sub: 'string', aud: 'array', jti: 'string', iat: 'integer', nbf: 'integer', exp: 'integer' },
    [KUBERNETES]: 'object',
  });
  expect(claims).toMatchObject({ iss: ISSUER, sub: 'system:serviceaccount:build:deployer', aud: [ISSUER] });
  expect(claims[KUBERNETES]).toEqual({
    namespace: 'build',
    node: named('node-1'),
    pod: named('deploy-1'),
    serviceaccount: named('deployer'),
    warnafter: Number(claims.iat) + 3_607,
  });
  expect(claims.jti).toMatch(UUID);
  expect(Number(claims.nbf)).toBe(Number(claims.iat));
  expect(Number(claims.exp) - Number(claims.iat)).toBe(3_600);
});

test('another audience is a list too', async () => {
  const { claims } = await mintSample(kubernetes, sampleJob(kubernetes), 'sts.amazonaws.com');
  expect(claims.aud).toEqual(['sts.amazonaws.com']);
  expect(Object.keys(claims[KUBERNETES] as object)).toEqual(['namespace', 'node', 'pod', 'serviceaccount']);
});

test.each(['push', 'tag', 'pull_request', 'fork', 'schedule', 'manual'] as const)(
  'nothing that starts a job changes who a pod is (%s)',
  (trigger) => {
    const plain = kubernetes.identify(sampleJob(kubernetes));
    const { subject, claims, refusal } = kubernetes.identify(
      sampleJob(kubernetes, { trigger, facts: { environment: 'production' } }),
    );
    expect({ subject, claims, refusal }).toEqual({ subject: plain.subject, claims: plain.claims, refusal: null });
  },
);

test('the cluster publishes its keys where clusters do', async () => {
  const { documentAt } = await openSite(kubernetes, sampleJob(kubernetes));
  expect(JSON.parse(String(documentAt('/.well-known/openid-configuration')?.body))).toEqual({
    issuer: ISSUER,
    jwks_uri: `${ISSUER}/openid/v1/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  });
  expect(documentAt('/openid/v1/jwks')).toMatchObject({ contentType: 'application/jwk-set+json' });
});

describe('TokenRequest', () => {
  test('creates a token for the audiences and the duration that are asked for, bound to nothing', async () => {
    const { status, content } = await ask({ audiences: ['vault', 'other'], expirationSeconds: 1_200 });
    expect(status).toBe(201);
    const { iat, exp, ...claims } = readPayload(content.status.token);
    expect(claims).toMatchObject({ aud: ['vault', 'other'], sub: 'system:serviceaccount:ci:runner' });
    expect(claims[KUBERNETES]).toEqual({ namespace: 'ci', serviceaccount: named('runner') });
    expect(Number(exp) - Number(iat)).toBe(1_200);
    expect(content).toMatchObject({
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name: 'runner', namespace: 'ci', creationTimestamp: '2026-11-22T15:00:00Z' },
      spec: { audiences: ['vault', 'other'], expirationSeconds: 1_200, boundObjectRef: null },
      status: { expirationTimestamp: '2026-11-22T15:20:00Z' },
    });
  });

  test.each([{}, { audiences: [], expirationSeconds: null, boundObjectRef: null }])(
    'of %o is for the API server, for an hour',
    async (spec) => {
      const { content } = await ask(spec);
      const { aud, iat, exp } = readPayload(content.status.token);
      expect([aud, Number(exp) - Number(iat)]).toEqual([[ISSUER], 3_600]);
    },
  );

  test('is shortened to what the cluster allows', async () => {
    const { status, content } = await ask({ expirationSeconds: 2 ** 31 });
    expect([status, content.spec.expirationSeconds]).toEqual([201, 86_400]);
  });

  test.each([
    [{ kind: 'Pod', apiVersion: 'v1', name: 'job-1' }, ['namespace', 'node', 'pod', 'serviceaccount']],
    [{ kind: 'Node', apiVersion: 'v1', name: 'node-1' }, ['namespace', 'node', 'serviceaccount']],
  ])('binds a token to %o', async (boundObjectRef, members) => {
    const { content } = await ask({ boundObjectRef }, { options: { pod: 'job-1' } });
    expect(Object.keys(readPayload(content.status.token)[KUBERNETES] as object)).toEqual(members);
    expect(content.spec.boundObjectRef).toEqual(boundObjectRef);
  });

  test.each([
    [{ expirationSeconds: 599 }, 422, 'Invalid'],
    [{ expirationSeconds: 2 ** 32 + 1 }, 422, 'Invalid'],
    [{ expirationSeconds: '1h' }, 400, 'BadRequest'],
    [{ audiences: 'vault' }, 400, 'BadRequest'],
    [{ audiences: [''] }, 400, 'BadRequest'],
    [{ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'another' } }, 404, 'NotFound'],
    [{ boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: 'node-1' } }, 404, 'NotFound'],
    [{ boundObjectRef: { kind: 'Node', apiVersion: 'v1', name: 'node-1', uid: 'x' } }, 409, 'Conflict'],
    [{ boundObjectRef: { kind: 'Service', apiVersion: 'v1', name: 'x' } }, 400, 'BadRequest'],
    [{ boundObjectRef: { kind: 'Node', apiVersion: 'apps/v1', name: 'node-1' } }, 400, 'BadRequest'],
  ])('of %o is refused', async (spec, code, reason) => {
    const { status, content } = await ask(spec);
    expect(status).toBe(code);
    expect(content).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason });
    expect(typeof content.message).toBe('string');
  });

  test('takes the shortest duration that there is', async () => {
    expect((await ask({ expirationSeconds: 600 })).status).toBe(201);
  });

  test('names the field that is wrong', async () => {
    const { content } = await ask({ expirationSeconds: 300 });
    expect(content.details).toMatchObject({
      kind: 'TokenRequest',
      causes: [{ reason: 'FieldValueInvalid', field: 'spec.expirationSeconds' }],
    });
  });

  test.each([
    ['no credential', { headers: {} }, 401, 'Unauthorized'],
    ['a credential that is no run’s', { headers: { authorization: 'Bearer nope' } }, 401, 'Unauthorized'],
    ['another method', { method: 'GET' }, 405, 'MethodNotAllowed'],
    ['another service account', { path: PATH.replace('runner', 'admin') }, 403, 'Forbidden'],
    ['another namespace', { path: PATH.replace('/ci/', '/kube-system/') }, 403, 'Forbidden'],
    ['a body that is not JSON', { body: '{' }, 400, 'BadRequest'],
    ['another kind', { body: { kind: 'TokenReview' } }, 400, 'BadRequest'],
    ['nothing', { body: '' }, 400, 'BadRequest'],
  ])('refuses %s', async (_, asked, code, reason) => {
    const { status, content } = await ask({}, asked);
    expect([status, content.code, content.reason]).toEqual([code, code, reason]);
  });

  describe('as kubectl sends it, in protobuf,', () => {
    /**
     * What kubectl 1.32 sends for `create token runner --audience vault --audience b --duration 15m`, bound to a pod.
     */
    const sent = Buffer.from(
      '6b3873000a280a1861757468656e7469636174696f6e2e6b38732e696f2f7631120c546f6b656e52657175657374' +
        '123c0a100a0012001a0022002a0032003800420012220a057661756c740a01621a130a03506f64120276311a03702d312203752d31' +
        '2084071a040a0012001a002200',
      'hex',
    );
    const post = (bytes: Buffer, options = { pod: 'p-1' }) => {
      const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/vnd.kubernetes.protobuf' };
      return ask({}, { headers, body: bytes.toString('latin1'), options });
    };

    test('is read whole', async () => {
      const { status, content } = await post(sent);
      expect([status, content.reason]).toEqual([409, 'Conflict']);
      expect(content.message).toContain('(u-1)');
    });

    test('creates a token', async () => {
      const { status, content } = await post(
        Buffer.from(sent.toString('hex').replace('2203752d31', '2a03752d31'), 'hex'),
      );
      expect([status, content.spec.expirationSeconds, content.spec.audiences]).toEqual([201, 900, ['vault', 'b']]);
      expect(readPayload(content.status.token)[KUBERNETES]).toMatchObject({ pod: named('p-1') });
    });

    test('creates a token that is bound to nothing when it names nothing', async () => {
      const unbound = sent
        .toString('hex')
        .replace('123c0a10', '12270a10')
        .replace('12220a05', '120d0a05')
        .replace('1a130a03506f64120276311a03702d312203752d31', '');
      const { status, content } = await post(Buffer.from(unbound, 'hex'));
      expect([status, content.spec.boundObjectRef, content.spec.expirationSeconds]).toEqual([201, null, 900]);
      expect(readPayload(content.status.token)[KUBERNETES]).toEqual({
        namespace: 'ci',
        serviceaccount: named('runner'),
      });
    });

    test.each([
      ['of another kind', Buffer.from(sent.toString('latin1').replace('TokenRequest', 'TokenReviews'), 'latin1')],
      ['without its magic', sent.subarray(4)],
      ['cut short', sent.subarray(0, 60)],
    ])('is refused %s', async (_, bytes) => {
      expect((await post(bytes)).content).toMatchObject({ kind: 'Status', code: 400 });
    });
  });
});

describe('a job', () => {
  const handOver = (options = {}, grant = {}) => {
    const job = sampleJob(kubernetes, { options });
    return kubernetes.handOver(job, { ...sampleGrant(job), ...grant });
  };
  const filesOf = async (options = {}, grant = {}) => {
    const files = (await handOver(options, grant).files?.()) ?? [];
    return new Map(files.map((file) => [file.path, file]));
  };

  test('finds its projected token, which is refreshed when 80 % of its life are over', async () => {
    const variables = await handOver().variables();
    expect(variables).toMatchObject({
      KUBECONFIG: '/run-directory/kubeconfig',
      KUBERNETES_TOKEN_FILE: '/run-directory/var/run/secrets/kubernetes.io/serviceaccount/token',
      HOSTNAME: expect.stringMatching(/^runner-[0-9a-f]{5}$/),
    });
    expect(Object.keys(variables).filter((name) => name.startsWith('KUBERNETES_SERVICE'))).toEqual([]);
    const files = await filesOf();
    expect(files.get('var/run/secrets/kubernetes.io/serviceaccount/token')).toMatchObject({
      content: 'token for null',
      mode: 0o600,
      refreshSeconds: 2_880,
    });
    expect(files.get('var/run/secrets/kubernetes.io/serviceaccount/namespace')?.content).toBe('ci');
  });

  test('finds a kubeconfig that names the cluster and holds the run’s credential', async () => {
    const clusterOf = async (issuerUrl: string) => {
      const config = JSON.parse((await filesOf({}, { issuerUrl })).get('kubeconfig')?.content ?? '');
      expect(config.users).toEqual([{ name: 'runner', user: { token: SECRET } }]);
      expect(config.contexts[0].context).toEqual({ cluster: 'mintmark', user: 'runner', namespace: 'ci' });
      return config.clusters[0].cluster;
    };
    expect(await clusterOf(ISSUER)).toEqual({ server: ISSUER, 'insecure-skip-tls-verify': true });
    const secure = ISSUER.replace('http:', 'https:');
    expect(await clusterOf(secure)).toEqual({ server: secure });
  });

  test('on EKS finds the token of its role', async () => {
    const role = 'arn:aws:iam::123456789012:role/deployer';
    const path = 'var/run/secrets/eks.amazonaws.com/serviceaccount/token';
    expect(await handOver({ 'aws-role-arn': role }).variables()).toMatchObject({
      AWS_ROLE_ARN: role,
      AWS_WEB_IDENTITY_TOKEN_FILE: `/run-directory/${path}`,
    });
    expect((await filesOf({ 'aws-role-arn': role })).get(path)).toMatchObject({
      content: 'token for ["sts.amazonaws.com"]',
      refreshSeconds: 69_120,
    });
  });

  test('on AKS finds the token of its client', async () => {
    const client = '0a1b2c3d-4e5f-4607-8192-a3b4c5d6e7f8';
    const options = { 'azure-client-id': client, 'azure-tenant-id': client };
    const path = 'var/run/secrets/azure/tokens/azure-identity-token';
    expect(await handOver(options).variables()).toMatchObject({
      AZURE_CLIENT_ID: client,
      AZURE_TENANT_ID: client,
      AZURE_FEDERATED_TOKEN_FILE: `/run-directory/${path}`,
    });
    expect((await filesOf(options)).get(path)?.content).toBe('token for ["api://AzureADTokenExchange"]');
  });

  test('elsewhere finds nothing of a cloud', async () => {
    const names = Object.keys(await handOver().variables());
    expect(names.filter((name) => /^(?:AWS|AZURE)_/.test(name))).toEqual([]);
    expect((await filesOf()).size).toBe(3);
  });
});

test.each(['aws-role-arn', 'namespace', 'pod', 'azure-client-id'])('the option %s takes no nonsense', (name) => {
  expect(kubernetes.options[name]?.pattern?.test('Not/one')).toBe(false);
});

test('what kubectl asks for is said of a job that may call it, not of a token alone', async () => {
  const { runs, fixture } = await openRunFixture();
  const minted = await mintAsJob(fixture.context, { slug: 'kubernetes' });
  expect(minted.warnings).toEqual([]);
  const started = await runs.start({ slug: 'kubernetes', runDirectory: '/runs/1', leaseSeconds: 60 });
  expect(started.description.warnings).toEqual([expect.stringContaining('--https')]);
});

test('a role that is none is refused with the form of one', async () => {
  const { fixture } = await openRunFixture();
  const asked = { slug: 'kubernetes', options: { 'aws-role-arn': 'arn:aws:iam::1:role/x' } };
  await expect(mintAsJob(fixture.context, asked)).rejects.toThrow('12 digits');
});
