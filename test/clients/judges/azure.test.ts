import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { program, raiseStage, readAnswer } from './support/stage.ts';
import { json, type Seen, type Stub, type StubAnswer, startStub } from './support/stub.ts';

/** `AzurePipelinesCredential` of @azure/identity, which speaks https only, against an Entra of our own. */
const stage = raiseStage({ args: ['--https'] });
const TENANT = '0a1b2c3d-4e5f-4607-8192-a3b4c5d6e7f8';
const CLIENT = '11112222-3333-4444-8555-666677778888';
const CONNECTION = '99990000-aaaa-4bbb-8ccc-ddddeeeeffff';
const AUDIENCE = 'api://AzureADTokenExchange';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const ACCESS_TOKEN = 'access-token-of-this-test';
const AS_JOB = [
  ...['--as', 'azure-devops'],
  ...['--set', 'service-connection=production', '--set', `service-connection-id=${CONNECTION}`],
];

const SERVICE_CONNECTION = { slug: 'azure-devops', subject: 'sc://acme/widgets/production' };
const SERVICE_ACCOUNT = { slug: 'kubernetes', subject: 'system:serviceaccount:ci:runner' };

let entra: Stub;
/** The federated credential of the client. */
let trusted = SERVICE_CONNECTION;
beforeAll(async () => {
  // Under the certificate of the daemon: who trusts the one trusts the other.
  const pem = readFileSync(join(stage.daemon.home, 'tls.pem'));
  entra = await startStub(answer, { cert: pem, key: pem });
  return () => entra.close();
});
afterEach(() => {
  entra.seen.length = 0;
  trusted = SERVICE_CONNECTION;
});

async function answer({ url, body }: Seen): Promise<StubAnswer> {
  const authority = `${entra.url}/${TENANT}`;
  if (url.includes('/.well-known/openid-configuration')) {
    return json(200, {
      issuer: `${authority}/v2.0`,
      authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
      token_endpoint: `${authority}/oauth2/v2.0/token`,
      jwks_uri: `${authority}/discovery/v2.0/keys`,
    });
  }
  const form = new URLSearchParams(body.toString());
  try {
    expect(form.get('client_assertion_type')).toBe(ASSERTION_TYPE);
    const { sub } = await stage.believe(trusted.slug, form.get('client_assertion') ?? '', AUDIENCE);
    expect(sub).toBe(trusted.subject);
  } catch (fault) {
    return json(401, { error: 'invalid_client', error_description: `AADSTS700213: ${fault}`, error_codes: [700213] });
  }
  return json(200, { token_type: 'Bearer', expires_in: 3_599, ext_expires_in: 3_599, access_token: ACCESS_TOKEN });
}

const signIn = (connection = CONNECTION) => program('azure-pipelines.mjs', TENANT, CLIENT, connection, entra.url);
const listTokenRequests = () => entra.seen.filter(({ method }) => method === 'POST');

describe('AzurePipelinesCredential', () => {
  it('signs in as the service connection of its job', async () => {
    const outcome = await stage.run([...AS_JOB, '--', ...signIn()]);
    expect(readAnswer(outcome)).toEqual({ token: ACCESS_TOKEN });
    expect(listTokenRequests()).toHaveLength(1);
  });

  it('does not as a service connection that the job may not use', async () => {
    const { code, stderr } = await stage.run([...AS_JOB, '--', ...signIn(CLIENT)]);
    expect(code).toBe(1);
    expect(stderr).toContain(`The job is not authorized to use the service connection ${CLIENT}.`);
    expect(listTokenRequests()).toEqual([]);
  });

  it('does not after the run has ended', async () => {
    const { code, stderr } = await stage.runLate(AS_JOB, [
      ...['/usr/bin/env', `NODE_EXTRA_CA_CERTS=${join(stage.daemon.home, 'ca.pem')}`],
      ...signIn(),
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('AuthenticationError: AzurePipelinesCredential');
    expect(stderr).toContain('Status code: 401');
    expect(listTokenRequests()).toEqual([]);
  });

  it('is refused by Entra as a service connection of another name', async () => {
    const other = AS_JOB.map((word) => word.replace('production', 'staging'));
    const { code, stderr } = await stage.run([...other, '--', ...signIn()]);
    expect(code).toBe(1);
    expect(stderr).toContain('AADSTS700213');
  });

  it('refuses a daemon that serves http', async () => {
    const step = 'SYSTEM_OIDCREQUESTURI=$(echo "$SYSTEM_OIDCREQUESTURI" | sed s/^https/http/) exec "$@"';
    const { code, stderr } = await stage.run([...AS_JOB, '--', '/bin/sh', '-c', step, 'sh', ...signIn()]);
    expect(code).toBe(1);
    expect(stderr).toContain('while allowInsecureConnection is false');
  });
});

describe('WorkloadIdentityCredential', () => {
  const asPod = (...words: string[]) =>
    stage.run(['--as', 'kubernetes', ...words, '--', ...program('azure-workload.mjs', entra.url)]);

  it('signs in with the token file of a pod whose service account names a client', async () => {
    trusted = SERVICE_ACCOUNT;
    const outcome = await asPod('--set', `azure-client-id=${CLIENT}`, '--set', `azure-tenant-id=${TENANT}`);
    expect(readAnswer(outcome)).toEqual({ token: ACCESS_TOKEN });
  });

  it('does not where it names none', async () => {
    const { code, stderr } = await asPod();
    expect(code).toBe(1);
    expect(stderr).toContain('CredentialUnavailableError: WorkloadIdentityCredential: is unavailable.');
    expect(entra.seen).toEqual([]);
  });
});
