import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { program, raiseStage, readAnswer } from './support/stage.ts';
import { json, type Stub, startStub } from './support/stub.ts';
import { writeWorkflow } from './support/workflow.ts';

/** google-auth-library: workload identity federation against an STS of our own, and the metadata server. */
const stage = raiseStage();
const POOL = '//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/ci/providers/mintmark';
const PROVIDER = `https:${POOL}`;
const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:jwt';
const JENKINS_FILE = ['--set', 'binding=file', '--aud', PROVIDER];
const ACCESS_TOKEN = 'ya29.of-this-test';

let sts: Stub;
/** What the pool of the running test trusts. */
let trusted: { slug: string; audience: string };
beforeAll(async () => {
  sts = await startStub(async ({ method, url, body }) => {
    const form = new URLSearchParams(body.toString());
    const isExchange = `${method} ${url}` === 'POST /v1/token' && form.get('grant_type') === GRANT;
    if (!isExchange || form.get('audience') !== POOL || form.get('subject_token_type') !== TOKEN_TYPE) {
      return json(400, { error: 'invalid_request', error_description: 'This is not the exchange of this test.' });
    }
    try {
      await stage.believe(trusted.slug, form.get('subject_token')?.trim() ?? '', trusted.audience);
    } catch (fault) {
      return json(400, { error: 'invalid_grant', error_description: String(fault) });
    }
    const issued_token_type = 'urn:ietf:params:oauth:token-type:access_token';
    return json(200, { access_token: ACCESS_TOKEN, issued_token_type, token_type: 'Bearer', expires_in: 3_599 });
  });
  return () => sts.close();
});
afterEach(() => {
  sts.seen.length = 0;
});

/** Variables of the job stand as `$NAME` in it. */
const getAccessToken = (source: object) =>
  program(
    'google-access-token.mjs',
    JSON.stringify({
      type: 'external_account',
      audience: POOL,
      subject_token_type: TOKEN_TYPE,
      token_url: `${sts.url}/v1/token`,
      credential_source: source,
    }),
  );

const REQUEST_SOURCE = {
  url: `$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${encodeURIComponent(PROVIDER)}`,
  headers: { Authorization: 'Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN' },
  format: { type: 'json', subject_token_field_name: 'value' },
};

describe('an external account of google-auth-library', () => {
  it.each([
    ['a URL', 'github-actions', [], REQUEST_SOURCE, PROVIDER],
    ['a file', 'spacelift', [], { file: '$TF_VAR_spacelift_workspace_root/spacelift.oidc' }, 'acme.app.spacelift.io'],
    ['a file', 'kubernetes', [], { file: '$KUBERNETES_TOKEN_FILE' }, null],
    ['a file', 'jenkins', JENKINS_FILE, { file: '$AWS_WEB_IDENTITY_TOKEN_FILE' }, PROVIDER],
  ])('takes the token from %s of a job: %s', async (_, platform, words, source, audience) => {
    trusted = { slug: platform, audience: audience ?? stage.issuer(platform) };
    const outcome = await stage.run(['--as', platform, ...words, '--', ...getAccessToken(source)]);
    expect(readAnswer(outcome).token).toBe(ACCESS_TOKEN);
    expect(sts.seen).toHaveLength(1);
  });

  it('gets nothing as a job that may not ask for tokens', async () => {
    const words = [...writeWorkflow(stage.directory)('forbidden'), '--', ...getAccessToken(REQUEST_SOURCE)];
    expect((await stage.run(words)).code).toBe(1);
    expect(sts.seen).toEqual([]);
  });

  it('gets nothing after the run has ended', async () => {
    const { code, stderr } = await stage.runLate(['--as', 'github-actions'], getAccessToken(REQUEST_SOURCE));
    expect(code).toBe(1);
    expect(stderr).toContain('status code 401');
    expect(sts.seen).toEqual([]);
  });
});

describe('an application on Google’s machines', () => {
  const AUDIENCE = 'https://my.example.com';
  /** It holds a machine to be none of Google's when nobody has answered for three seconds: then it asks again. */
  const PATIENT = { DETECT_GCP_RETRIES: '5' };
  it('finds metadata server, project and service account, and gets an identity token', async () => {
    const words = ['--as', 'google-metadata', '--set', 'project=acme-prod'];
    const command = program('google-id-token.mjs', AUDIENCE);
    const outcome = await stage.run([...words, '--', ...command], { env: PATIENT });
    const { token, ...facts } = readAnswer(outcome);
    const email = expect.stringMatching(/@acme-prod\.iam\.gserviceaccount\.com$/);
    expect(facts).toEqual({ isAvailable: true, projectId: 'acme-prod', authProject: 'acme-prod', email });
    expect(await stage.believe('google-metadata', token, AUDIENCE)).toMatchObject({ email, email_verified: true });
  });
});
