import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { type JobRunner, openJobRunner } from '../support/job.ts';

let daemon: Daemon;
let jobs: JobRunner;
beforeAll(async () => {
  daemon = await startDaemon();
  jobs = openJobRunner(daemon);
});
afterAll(() => daemon.stop());

const REQUEST = 'buildkite-agent oidc request-token';
const runStep = (script: string) => jobs.run(['--as', 'buildkite', '--', '/bin/sh', '-c', script]);
const readClaims = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe.runIf(process.platform !== 'win32')('the stand-in of buildkite-agent', () => {
  it('takes subject, claims and session tags from the variables of the agent', async () => {
    const { code, stdout } = await runStep(
      `BUILDKITE_OIDC_TOKEN_SUBJECT_CLAIM=pipeline_id BUILDKITE_OIDC_TOKEN_CLAIMS=organization_id \
       BUILDKITE_OIDC_TOKEN_AWS_SESSION_TAGS=organization_slug ${REQUEST}`,
    );
    expect(code).toBe(0);
    const claims = readClaims(stdout);
    expect(claims.sub).toBe(claims.pipeline_id);
    expect(claims).toMatchObject({
      organization_id: expect.any(String),
      'https://aws.amazon.com/tags': { principal_tags: { organization_slug: [claims.organization_slug] } },
    });
  });

  it.each([
    ['by its flag', `${REQUEST} --job 0184990a-4782-42b5-afc1-16715b10b8ff`],
    ['by its variable', `BUILDKITE_JOB_ID=0184990a-4782-42b5-afc1-16715b10b8ff ${REQUEST}`],
  ])('is refused a token of another job as the agent is, with its exit code: %s', async (_name, script) => {
    const { code, stdout, stderr } = await runStep(script);
    expect({ code, stdout }).toEqual({ code: 77, stdout: '' });
    expect(stderr).toContain('The agent does not run this job');
  });

  it('gets a token of its own job, named by flag or by variable', async () => {
    const { code, stdout } = await runStep(`${REQUEST} --job "$BUILDKITE_JOB_ID"`);
    expect({ code, issuer: readClaims(stdout).iss }).toEqual({
      code: 0,
      issuer: `${daemon.baseUrl}/issuers/buildkite`,
    });
  });
});

describe.runIf(process.platform !== 'win32')('the stand-in of circleci', () => {
  const runCircleci = (event: string) =>
    jobs.run([
      '--as',
      'circleci',
      '--event',
      event,
      '--',
      '/bin/sh',
      '-c',
      'echo "[$CIRCLE_OIDC_TOKEN]"; command -v circleci',
    ]);

  it('is not there for a fork, whose job is told why it finds no token', async () => {
    const { stdout, stderr } = await runCircleci('fork');
    expect(stdout).toMatch(/^\[\]\n/);
    expect(stdout).not.toContain(jobs.env.XDG_RUNTIME_DIR);
    expect(stderr).toContain('Pass secrets to builds from forked pull requests');
  });

  it('is there for a branch', async () => {
    const { stdout } = await runCircleci('push');
    expect(stdout).toMatch(/^\[ey/);
    expect(stdout).toContain(jobs.env.XDG_RUNTIME_DIR);
  });
});
