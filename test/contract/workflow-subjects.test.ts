import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import {
  EVENTS,
  EXPECTED_JOBS,
  type ExpectedJob,
  type StartEvent,
} from '../support/workflow-repository/expected-jobs.ts';
import { writeWorkflowRepository } from '../support/workflow-repository/write-repository.ts';

let daemon: Daemon;
const directory = mkdtempSync(join(tmpdir(), 'mintmark-subjects-'));
beforeAll(async () => {
  writeWorkflowRepository(directory);
  daemon = await startDaemon();
});
afterAll(async () => {
  await daemon.stop();
  rmSync(directory, { recursive: true });
});

interface Listed {
  readonly items: readonly {
    readonly id: string;
    readonly description: {
      readonly subject: string;
      readonly refusal: { readonly code: string } | null;
      readonly claims: Readonly<Record<string, unknown>>;
      readonly unknowns: readonly { readonly expression: string }[];
    };
  }[];
}

/** The tail of `sub` where no environment decides, as GitHub's documentation has it. */
const CONTEXTS: Readonly<Record<StartEvent, string>> = {
  push: 'ref:refs/heads/main',
  tag: 'ref:refs/tags/v1.0.0',
  pull_request: 'pull_request',
  fork: 'pull_request',
  schedule: 'ref:refs/heads/main',
  manual: 'ref:refs/heads/main',
};

function expectSubject(job: ExpectedJob, event: StartEvent): string {
  const environment = job.differs[event]?.environment ?? job.environment;
  const context = environment === null ? CONTEXTS[event] : `environment:${environment.replaceAll(':', '%3A')}`;
  return `repo:acme/widgets:${context}`;
}

function expectRefusal(job: ExpectedJob, event: StartEvent): string | null {
  if (event === 'fork') return 'fork';
  return job.idToken === true ? null : 'permission';
}

const listJobs = async (file: string, event: StartEvent): Promise<Listed['items']> => {
  const body = { file: join(directory, file), directory, event };
  const answer = await daemon.control('POST', '/issuers/github-actions/jobs/list', body);
  expect(answer.status).toBe(200);
  return answer.json<Listed>().items;
};

test.each(EVENTS)('over thirty jobs have the subjects that GitHub would give them, for %s', async (event) => {
  for (const [file, jobs] of Object.entries(EXPECTED_JOBS)) {
    const items = await listJobs(file, event);
    const found = Object.fromEntries(
      items.map(({ id, description: { subject, refusal } }) => [id, { subject, refusal: refusal?.code ?? null }]),
    );
    const expected = Object.fromEntries(
      Object.entries(jobs).map(([id, job]) => [
        id,
        { subject: expectSubject(job, event), refusal: expectRefusal(job, event) },
      ]),
    );
    expect(found, file).toEqual(expected);
  }
});

test('a subject is minted as it was shown, and a refused job gets no token', async () => {
  const job = (id: string) => `${join(directory, '.github/workflows/deploy.yml')}#${id}`;
  const mint = (id: string) => daemon.control('POST', '/issuers/github-actions/tokens', { job: job(id), directory });
  expect((await mint('colon')).json<{ claims: { sub: string } }>().claims.sub).toBe(
    'repo:acme/widgets:environment:eu%3Awest',
  );
  const refused = await mint('cautious');
  expect(refused.status).toBe(403);
  expect(refused.json<{ code: string; detail: string }>()).toMatchObject({
    code: 'job_refused',
    detail: expect.stringContaining('id-token: write'),
  });
});

test('a job of a reusable workflow names that workflow, and what nobody here can know is named', async () => {
  const items = await listJobs('.github/workflows/release.yml', 'push');
  const of = (id: string) => items.find((item) => item.id === id)?.description;
  expect(of('publish/upload')?.claims).toMatchObject({
    job_workflow_ref: 'acme/widgets/.github/workflows/reusable-publish.yml@refs/heads/main',
    workflow_ref: 'acme/widgets/.github/workflows/release.yml@refs/heads/main',
  });
  expect(of('by-variable/upload')?.unknowns.map(({ expression }) => expression)).toEqual(['vars.TARGET']);
});

test('the command line groups the events of a job by what its token would say', async () => {
  const file = join(directory, '.github/workflows/deploy.yml');
  const { code, stdout, stderr } = await daemon.cli(['jobs', 'list', file]);
  expect(code).toBe(0);
  const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
  expect(rows).toContainEqual(['colon', 'push, tag, manual', 'repo:acme/widgets:environment:eu%3Awest']);
  expect(rows).toContainEqual(['cautious', 'push, tag, manual', expect.stringMatching(/^no token: /)]);
  expect(stderr).toContain('vars.TARGET is not known here');
  const json = JSON.parse((await daemon.cli(['jobs', 'list', file, '--event', 'push', '--json'])).stdout);
  expect(json.items.find(({ id }: { id: string }) => id === 'production').events).toMatchObject([
    { event: 'push', description: { subject: 'repo:acme/widgets:environment:production' } },
  ]);
});

test('an event that does not run a job is shown without a subject, and why stands below the table once', async () => {
  const home = mkdtempSync(join(tmpdir(), 'mintmark-left-out-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const file = join(home, '.github/workflows/deploy.yml');
  mkdirSync(join(home, '.github/workflows'), { recursive: true });
  writeFileSync(
    file,
    [
      'on: [push, workflow_dispatch]',
      'permissions: { id-token: write }',
      'jobs:',
      "  deploy: { runs-on: x, environment: production, if: github.event_name == 'push' }",
      '  rows: { runs-on: x, environment: "${' + '{ matrix.stage }}", strategy: { matrix: { stage: [dev, stage] } } }',
    ].join('\n'),
  );
  const { code, stdout, stderr } = await daemon.cli(['jobs', 'list', file]);
  expect(code).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
      .slice(1),
  ).toEqual([
    ['deploy', 'push, tag', 'repo:acme/widgets:environment:production'],
    ['', 'pull_request, fork, schedule, manual', 'does not run'],
    ['rows', 'push, tag, manual', 'repo:acme/widgets:environment:dev'],
    ['', 'pull_request, fork, schedule', 'does not run'],
  ]);
  expect(stderr.trimEnd().split('\n')).toEqual([
    'mintmark: git knows no repository here: the job has defaults',
    'mintmark: pull_request, fork: on: pull_request does not start this workflow: it names push, workflow_dispatch',
    'mintmark: pull_request, fork: jobs.deploy: if is false for pull_request: the job would be skipped',
    'mintmark: schedule: on: schedule does not start this workflow: it names push, workflow_dispatch',
    'mintmark: schedule: jobs.deploy: if is false for schedule: the job would be skipped',
    'mintmark: manual: jobs.deploy: if is false for workflow_dispatch: the job would be skipped',
    'mintmark: jobs.rows.environment: the rows of the matrix have dev, stage; dev is taken',
  ]);
});

test('an event for which a file does not have a job does not run it', async () => {
  const home = mkdtempSync(join(tmpdir(), 'mintmark-missing-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const token = 'id_tokens: { A: { aud: a } }, script: x';
  const rules = "rules: [{ if: $CI_PIPELINE_SOURCE == 'schedule' }]";
  writeFileSync(join(home, '.gitlab-ci.yml'), `include: [{ local: extra.yml, ${rules} }]\nplain: { ${token} }\n`);
  writeFileSync(join(home, 'extra.yml'), `extra: { ${token} }\n`);
  const { code, stdout } = await daemon.cli(['jobs', 'list', join(home, '.gitlab-ci.yml')]);
  expect(code).toBe(0);
  const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
  const at = rows.findIndex(([id]) => id === 'extra');
  expect(rows.slice(at, at + 2)).toEqual([
    ['extra', 'schedule', expect.stringMatching(/^project_path:/)],
    ['', 'push, tag, pull_request, fork, manual', 'does not run'],
  ]);
});

test.each([
  ['a file that is not there', 'nope.yml', 'nope.yml" is not there'],
  ['a job of a file that is not there', 'nope.yml#deploy', 'nope.yml" is not there'],
  ['a job of a file', '.github/workflows/deploy.yml#plan', 'leave out #plan'],
  ['a file of no platform', 'package.json', 'is told by its place or name'],
])('%s is refused with its reason', async (_, name, reason) => {
  writeFileSync(join(directory, 'package.json'), '{}');
  const { code, stdout, stderr } = await daemon.cli(['jobs', 'list', join(directory, name)]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(reason);
});

test.each([
  ['github-actions', 'tmpl/x.yml', 'on: push\npermissions: { id-token: write }\njobs: { a: { runs-on: x } }\n', 'a'],
  ['gitlab', 'ci/build.yml', 'a: { id_tokens: { T: { aud: x } }, script: x }\n', 'a'],
  ['azure-devops', 'pipelines/deploy.yaml', 'jobs: [{ job: a, steps: [] }]\n', 'a'],
])(
  'a file of %s that neither its place nor its name tells is read as its platform’s',
  async (platform, name, text, id) => {
    const home = mkdtempSync(join(tmpdir(), 'mintmark-elsewhere-'));
    onTestFinished(() => rmSync(home, { recursive: true }));
    const file = join(home, name);
    mkdirSync(dirname(file));
    writeFileSync(file, text);
    const listed = await daemon.cli(['jobs', 'list', '--as', platform, '--event', 'push', '--json', file]);
    expect({ code: listed.code, stderr: listed.stderr }).toEqual({ code: 0, stderr: '' });
    const [item] = (
      JSON.parse(listed.stdout) as { items: { id: string; events: { description: { subject: string } }[] }[] }
    ).items;
    expect(item?.id).toMatch(new RegExp(`${id}$`));
    const minted = await daemon.cli(['mint', '--as', platform, '--job', file, '--json']);
    expect(JSON.parse(minted.stdout).claims.sub).toBe(item?.events[0]?.description.subject);
    expect((await daemon.cli(['jobs', 'list', file])).stderr).toContain('is told by its place or name');
  },
);

test('a file whose path does not tell, of an issuer that was named, is listed for the events that start it', async () => {
  const home = mkdtempSync(join(tmpdir(), 'mintmark-elsewhere-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const file = join(home, 'build.yml');
  const rules = 'rules: [{ if: $CI_PIPELINE_SOURCE == "trigger" }]';
  writeFileSync(file, `a: { id_tokens: { T: { aud: x } }, script: x, ${rules} }\n`);
  expect((await daemon.cli(['issuers', 'create', 'group', '--platform', 'gitlab'])).code).toBe(0);
  const { code, stdout } = await daemon.cli(['jobs', 'list', '--issuer', 'group', file]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/does not run\n +trigger +project_path:/);
});

test.each(['nofile#x', 'nofile.yml#x', 'nofile'])(
  'a job of a file that is not there (%s): just that is said',
  async (job) => {
    const { code, stderr } = await daemon.cli(['mint', '--as', 'github-actions', '--job', join(directory, job)]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(new RegExp(`^mintmark: "[^"]*/${job.replace('#x', '')}" is not there\n$`)),
    });
  },
);

test('a file without jobs is said to have none', async () => {
  const file = join(directory, '.github/workflows/empty.yml');
  writeFileSync(file, '');
  const { code, stderr } = await daemon.cli(['jobs', 'list', file]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: `mintmark: no job is in "${file}"\n` });
});

test('platforms are listed with what they can be told', async () => {
  const { items } = JSON.parse((await daemon.cli(['platforms', 'list', '--json'])).stdout);
  expect(items.map(({ name }: { name: string }) => name)).toContain('github-actions');
  expect((await daemon.cli(['platforms', 'show', 'gitlab'])).stdout).toMatch(/^id-token +/m);
  expect((await daemon.cli(['platforms', 'show', 'nothing'])).code).toBe(2);
});
