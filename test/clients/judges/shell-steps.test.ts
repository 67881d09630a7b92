import { describe, expect, it } from 'vitest';
import { raiseStage } from './support/stage.ts';

/** A step of a shell, as the documentation of each platform writes it. */
const stage = raiseStage();
const AUDIENCE = 'sts.amazonaws.com';
const runStep = (platform: string, script: string) => stage.run(['--as', platform, '--', '/bin/sh', '-c', script]);
const findToken = (text: string) => /\bey[\w-]+\.[\w-]+\.[\w-]+/.exec(text)?.[0];

const ASK_ACTIONS = `curl -sS -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${AUDIENCE}"`;
const IDENTITY = 'computeMetadata/v1/instance/service-accounts/default/identity';

/** Steps that ask, and the audience of what they get. The first word of a name is the platform. */
const ASKING: [name: string, script: string, audience: string][] = [
  ['github-actions', ASK_ACTIONS, AUDIENCE],
  ['forgejo', ASK_ACTIONS, AUDIENCE],
  ['depot', ASK_ACTIONS, AUDIENCE],
  [
    'azure-devops',
    `curl -sS -X POST -H "Content-Type: application/json" -H "Authorization: Bearer $SYSTEM_ACCESSTOKEN" -H "Content-Length: 0" "\${SYSTEM_OIDCREQUESTURI}?api-version=7.1"`,
    'api://AzureADTokenExchange',
  ],
  [
    'buildkite by HTTP',
    `curl -s -X POST "$BUILDKITE_AGENT_ENDPOINT/jobs/$BUILDKITE_JOB_ID/oidc/tokens" -H "Authorization: Token $BUILDKITE_AGENT_ACCESS_TOKEN" -d '{"audience":"${AUDIENCE}"}'`,
    AUDIENCE,
  ],
  ['buildkite by its agent', `buildkite-agent oidc request-token --audience ${AUDIENCE} --lifetime 300`, AUDIENCE],
  ['circleci', `circleci run oidc get --claims '{"aud":"${AUDIENCE}"}'`, AUDIENCE],
  [
    'codefresh',
    `curl -sS -H "Authorization: $CF_OIDC_REQUEST_TOKEN" "$CF_OIDC_REQUEST_URL?audience=${AUDIENCE}"`,
    AUDIENCE,
  ],
  [
    'miren',
    `curl -sS -H "Authorization: Bearer $MIREN_IDENTITY_TOKEN_SECRET" "$MIREN_IDENTITY_TOKEN_URL?audience=${AUDIENCE}"`,
    AUDIENCE,
  ],
  [
    'fly',
    `curl -sS --unix-socket "$FLY_API_SOCKET" -X POST "http://localhost/v1/tokens/oidc" --data '{"aud":"${AUDIENCE}"}'`,
    AUDIENCE,
  ],
  [
    'google-metadata',
    `curl -sS -H "Metadata-Flavor: Google" "http://$GCE_METADATA_HOST/${IDENTITY}?audience=${AUDIENCE}&format=full"`,
    AUDIENCE,
  ],
];

/** Steps that find their token: all of the rest. */
const FINDING: [platform: string, script: string][] = [
  ['generic', 'echo "$MINTMARK_TOKEN"'],
  ['semaphore', 'echo "$SEMAPHORE_OIDC_TOKEN"'],
  ['superplane', 'echo "$SUPERPLANE_OIDC_ASSERTION"'],
  ['circleci', 'echo "$CIRCLE_OIDC_TOKEN_V2"'],
  ['bitbucket', 'echo "$BITBUCKET_STEP_OIDC_TOKEN"'],
  ['terraform', 'echo "$TFC_WORKLOAD_IDENTITY_TOKEN"'],
  ['vercel', 'echo "$VERCEL_OIDC_TOKEN"'],
  ['jenkins', 'echo "$IDTOKEN"'],
  ['spacelift', 'echo "$SPACELIFT_OIDC_TOKEN"'],
  ['spacelift', 'cat "$TF_VAR_spacelift_workspace_root/spacelift.oidc"'],
  ['kubernetes', 'cat "$KUBERNETES_TOKEN_FILE"'],
  ['miren', 'cat "$MIREN_IDENTITY_TOKEN_PATH"'],
];

describe('a step that asks for its token', () => {
  it.each(ASKING)('gets it, and none after the run has ended: %s', async (name, script, audience) => {
    const [platform = ''] = name.split(' ');
    const { code, stdout, stderr } = await runStep(platform, script);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await stage.believe(platform, findToken(stdout) ?? stdout, audience);
    const late = await stage.runLate(['--as', platform], ['/bin/sh', '-c', script]);
    expect(findToken(late.stdout)).toBeUndefined();
  });
});

describe('a step that finds its token', () => {
  it.each(FINDING)('has it: %s, %s', async (platform, script) => {
    const { stdout } = await runStep(platform, script);
    await stage.believe(platform, stdout.trim());
  });

  it('has it in the variable that the job declares: gitlab', async () => {
    const words = ['--as', 'gitlab', '--set', 'id-token=VAULT_ID_TOKEN=https://vault.example.com'];
    const { stdout } = await stage.run([...words, '--', '/bin/sh', '-c', 'echo "$VAULT_ID_TOKEN"']);
    await stage.believe('gitlab', stdout.trim(), 'https://vault.example.com');
  });
});

it('a step on GitHub’s terms gets GitHub’s refusal, which a shell can read', async () => {
  const { stdout } = await runStep('github-actions', ASK_ACTIONS.replace(AUDIENCE, 'https://github.com/someone-else'));
  expect(JSON.parse(stdout)).toMatchObject({
    statusCode: 400,
    errorMessage: "Can't issue ID_TOKEN for audience 'https://github.com/someone-else'",
  });
});

it('a step that asks the metadata server without its header gets nothing', async () => {
  const { stdout } = await runStep(
    'google-metadata',
    `curl -s -o /dev/null -w '%{http_code}' "http://$GCE_METADATA_HOST/${IDENTITY}?audience=${AUDIENCE}"`,
  );
  expect(stdout).toBe('403');
});
