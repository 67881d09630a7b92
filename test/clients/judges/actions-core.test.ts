import { describe, expect, it } from 'vitest';
import { program, raiseStage, readAnswer } from './support/stage.ts';
import { writeWorkflow } from './support/workflow.ts';

/** `getIDToken` of @actions/core, on every platform whose jobs ask as GitHub's do. */
const stage = raiseStage();
const getIdToken = (...words: string[]) => program('get-id-token.mjs', ...words);
const runAs = (platform: string, ...words: string[]) => stage.run(['--as', platform, '--', ...getIdToken(...words)]);

interface Asked {
  readonly token: string;
  readonly url: string;
  readonly secret: string;
}

describe('a job on GitHub Actions', () => {
  it('gets a token for the audience that it names, with the debug line and the mask that the runner acts on', async () => {
    const outcome = await runAs('github-actions', 'sts.amazonaws.com');
    const { token, url } = readAnswer<Asked>(outcome);
    expect(await stage.believe('github-actions', token, 'sts.amazonaws.com')).toMatchObject({
      sub: 'repo:acme/widgets:ref:refs/heads/main',
    });
    const [debug, mask] = outcome.stdout.split('\n');
    expect(debug).toBe(`::debug::ID token url is ${url}&audience=sts.amazonaws.com`);
    expect(mask).toBe(`::add-mask::${token}`);
  });

  it.each([['npm:registry.example'], ['https://deploy.example/a path?x=1&y=ü'], ['https://github.com/acme']])(
    'gets a token for the audience %s',
    async (audience) => {
      const { token } = readAnswer<Asked>(await runAs('github-actions', audience));
      expect(await stage.believe('github-actions', token, audience)).toMatchObject({ aud: audience });
    },
  );

  it('gets one for its owner without an audience', async () => {
    const { token } = readAnswer<Asked>(await runAs('github-actions'));
    await stage.believe('github-actions', token, 'https://github.com/acme');
  });

  it('gets none for an audience of somebody else’s on GitHub, in GitHub’s words', async () => {
    const { code, stdout } = await runAs('github-actions', 'https://github.com/apps/cyspbot');
    expect(code).toBe(1);
    expect(readError(stdout)).toEqual([
      'Error message: Failed to get ID Token.',
      'Error Code : 400',
      "Error Message: Can't issue ID_TOKEN for audience 'https://github.com/apps/cyspbot'",
    ]);
  });

  it('gets none after its run has ended', async () => {
    const { url, secret } = readAnswer<Asked>(await runAs('github-actions'));
    const late = await stage.runAlone(getIdToken(), {
      ACTIONS_ID_TOKEN_REQUEST_URL: url,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret,
    });
    expect(late.code).toBe(1);
    expect(readError(late.stdout).slice(0, 2)).toEqual(['Error message: Failed to get ID Token.', 'Error Code : 401']);
    expect(readError(late.stdout)[2]).toMatch(/^Error Message: .*ended/);
  });

  it('gets none whose workflow file does not permit it', async () => {
    const workflow = writeWorkflow(stage.directory);
    const { code, stdout } = await stage.run([...workflow('forbidden'), '--', ...getIdToken()]);
    expect(code).toBe(1);
    expect(readError(stdout)).toEqual(['Error message: Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable']);
    const { token } = readAnswer<Asked>(await stage.run([...workflow('permitted'), '--', ...getIdToken()]));
    expect(await stage.believe('github-actions', token)).toMatchObject({
      job_workflow_ref: 'acme/widgets/.github/workflows/publish.yml@refs/heads/main',
    });
  });

  it('gets none without the request token', async () => {
    const { stdout } = await stage.runAlone(getIdToken(), { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:9/?x' });
    expect(readError(stdout)).toEqual(['Error message: Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable']);
  });
});

describe('a job on a system that asks as GitHub’s do', () => {
  it.each([
    // Forgejo answers in plain text, and holds a task that is not running to be a fault of its own.
    [
      'forgejo',
      'sts.amazonaws.com',
      ['Error Code : 500', 'Error Message: Error runner api getting task: task is not running'],
    ],
    ['depot', ['sts.amazonaws.com'], ['Error Code : 401', expect.stringMatching(/^Error Message: .*ended/)]],
  ])('gets a token, and none after its run: %s', async (platform, aud, refusal) => {
    const { token, url, secret } = readAnswer<Asked>(await runAs(platform, 'sts.amazonaws.com'));
    expect(await stage.believe(platform, token, 'sts.amazonaws.com')).toMatchObject({ aud });
    const variables = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret };
    const late = await stage.runAlone(getIdToken(), variables);
    expect(late.code).toBe(1);
    expect(readError(late.stdout).slice(1)).toEqual(refusal);
  });
});

/** The lines of the `::error::` command that `setFailed` prints, unescaped as the runner does. */
function readError(stdout: string): string[] {
  const line = /^::error::(.*)$/m.exec(stdout)?.[1] ?? '';
  return decodeURIComponent(line)
    .split('\n')
    .map((part) => part.trim())
    .filter(Boolean);
}
