import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { program, raiseStage, readAnswer } from './support/stage.ts';
import { ACCESS_KEY, startSts } from './support/sts.ts';
import type { Stub } from './support/stub.ts';

/** AWS' SDKs, which read token files and variables of jobs, against an STS of our own. */
const stage = raiseStage();
const ROLE = 'arn:aws:iam::123456789012:role/deploy';
const AUDIENCE = 'sts.amazonaws.com';
const WITH_ROLE = ['--set', `aws-role-arn=${ROLE}`];
const WITH_FILE = ['--set', 'binding=file', '--aud', AUDIENCE];

let sts: Stub;
let trusted: { slug: string; audience: string };
beforeAll(async () => {
  sts = await startSts((token) => stage.believe(trusted.slug, token, trusted.audience));
  return () => sts.close();
});
afterEach(() => {
  sts.seen.length = 0;
});

/** What the person who starts the job sets, and on the platform the job: nothing of it is a secret. */
const listSettings = () => ({
  AWS_ROLE_ARN: ROLE,
  AWS_ENDPOINT_URL_STS: sts.url,
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
});
const runJob = (words: readonly string[], command: readonly string[]) =>
  stage.run([...words, '--', ...command], { env: listSettings() });

const SPACELIFT_STEP = 'AWS_WEB_IDENTITY_TOKEN_FILE="$TF_VAR_spacelift_workspace_root/spacelift.oidc" exec "$@"';
const JOBS_WITH_FILES: [string, string[], string[], string][] = [
  ['kubernetes', WITH_ROLE, [], AUDIENCE],
  ['fly', WITH_ROLE, [], AUDIENCE],
  ['jenkins', WITH_FILE, [], AUDIENCE],
  ['spacelift', [], ['/bin/sh', '-c', SPACELIFT_STEP, 'sh'], 'acme.app.spacelift.io'],
];

describe('fromTokenFile of @aws-sdk/credential-providers', () => {
  it.each(JOBS_WITH_FILES)(
    'assumes a role with the token file of a job: %s',
    async (platform, words, step, audience) => {
      trusted = { slug: platform, audience };
      const outcome = await runJob(['--as', platform, ...words], [...step, ...program('aws-credentials.mjs')]);
      expect(readAnswer(outcome)).toEqual({ accessKeyId: ACCESS_KEY });
      expect(sts.seen).toHaveLength(1);
    },
  );

  it('has none in a pod whose service account names no role', async () => {
    const { code, stderr } = await runJob(['--as', 'kubernetes'], program('aws-credentials.mjs'));
    expect(code).toBe(1);
    expect(stderr).toContain('CredentialsProviderError: Web identity configuration not specified');
  });

  it('hears that the token is for somebody else', async () => {
    trusted = { slug: 'jenkins', audience: 'somebody-else' };
    const { code, stderr } = await runJob(['--as', 'jenkins', ...WITH_FILE], program('aws-credentials.mjs'));
    expect(code).toBe(1);
    expect(stderr).toContain('InvalidIdentityTokenException');
  });

  it.each([
    ['kubernetes', WITH_ROLE],
    ['jenkins', WITH_FILE],
  ])('finds no file after the run has ended: %s', async (platform, words) => {
    const { code, stderr } = await stage.runLate(
      ['--as', platform, ...words],
      ['/usr/bin/env', `AWS_ROLE_ARN=${ROLE}`, ...program('aws-credentials.mjs')],
    );
    expect(code).toBe(1);
    expect(stderr).toContain('ENOENT');
    expect(sts.seen).toEqual([]);
  });
});

/** Debian's interpreter first: the one that has Debian's packages. */
const python = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['-c', 'import botocore']).status === 0);

const PYTHON_PROGRAM = join(import.meta.dirname, 'programs/aws_credentials.py');

/** MI-43, as far as it goes without Source's own STS. */
const MIREN_STEP = 'AWS_WEB_IDENTITY_TOKEN_FILE="$MIREN_IDENTITY_TOKEN_PATH" exec "$@"';

describe('the token file of a Miren sandbox', () => {
  it('MI-43: is what the SDK for JavaScript assumes a role with, where the role trusts the cluster', async () => {
    trusted = { slug: 'miren', audience: 'miren' };
    const words = ['/bin/sh', '-c', MIREN_STEP, 'sh', ...program('aws-credentials.mjs')];
    expect(readAnswer(await runJob(['--as', 'miren'], words))).toEqual({ accessKeyId: ACCESS_KEY });
    expect(sts.seen).toHaveLength(1);
  });

  it.skipIf(python === undefined)('MI-43: and boto3’s provider (needs a Python that has botocore)', async () => {
    trusted = { slug: 'miren', audience: 'miren' };
    const words = ['/bin/sh', '-c', MIREN_STEP, 'sh', python ?? '', PYTHON_PROGRAM];
    expect(readAnswer(await runJob(['--as', 'miren'], words))).toEqual({ accessKeyId: ACCESS_KEY });
  });
});

describe('fromWebToken of @aws-sdk/credential-providers', () => {
  it.each([
    ['semaphore', [], 'SEMAPHORE_OIDC_TOKEN'],
    ['circleci', [], 'CIRCLE_OIDC_TOKEN_V2'],
    ['bitbucket', [], 'BITBUCKET_STEP_OIDC_TOKEN'],
    ['gitlab', ['--set', `id-token=AWS_ID_TOKEN=${AUDIENCE}`], 'AWS_ID_TOKEN'],
    ['terraform', ['--aud', AUDIENCE], 'TFC_WORKLOAD_IDENTITY_TOKEN'],
    ['vercel', [], 'VERCEL_OIDC_TOKEN'],
  ])('assumes a role with the variable of a job: %s', async (platform, words, variable) => {
    const { aud } = (await stage.mint(['--as', platform])).claims;
    trusted = { slug: platform, audience: words.length > 0 ? AUDIENCE : String(aud) };
    const outcome = await runJob(['--as', platform, ...words], program('aws-credentials.mjs', variable));
    expect(readAnswer(outcome)).toEqual({ accessKeyId: ACCESS_KEY });
  });
});

describe.skipIf(python === undefined)(
  "boto3, or the botocore below it (needs Debian's python3-boto3, or another Python that has botocore)",
  () => {
    const command = [python ?? '', PYTHON_PROGRAM];
    it.each(JOBS_WITH_FILES)(
      'assumes a role with the token file of a job: %s',
      async (platform, words, step, audience) => {
        trusted = { slug: platform, audience };
        const outcome = await runJob(['--as', platform, ...words], [...step, ...command]);
        expect(readAnswer(outcome)).toEqual({ accessKeyId: ACCESS_KEY });
      },
    );
  },
);

const hasCli = spawnSync('aws', ['--version']).status === 0;

describe.skipIf(!hasCli)('aws (needs the AWS CLI)', () => {
  it('assumes a role with the variable of a job: semaphore', async () => {
    trusted = { slug: 'semaphore', audience: stage.issuer('semaphore') };
    const words = `--role-arn "$AWS_ROLE_ARN" --role-session-name job --web-identity-token "$SEMAPHORE_OIDC_TOKEN"`;
    const script = `aws --endpoint-url "$AWS_ENDPOINT_URL_STS" sts assume-role-with-web-identity ${words} --query Credentials --output json | tr -d '\\n'`;
    const outcome = await runJob(['--as', 'semaphore'], ['/bin/sh', '-c', script]);
    expect(readAnswer(outcome)).toMatchObject({ AccessKeyId: ACCESS_KEY });
  });
});
