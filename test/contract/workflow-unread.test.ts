import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { commitAll, initRepository } from '../support/workflow-repository/write-repository.ts';

const GITLAB = '.gitlab-ci.yml';
const GITLAB_SUBJECT = /^project_path:acme\/widgets:ref_type:branch:ref:main$/;
const include = (what: string): string =>
  `include: [{ ${what} }]\ndeploy: { script: [x], environment: live, rules: [{ if: $CI_COMMIT_BRANCH }] }\n`;

/** What is named and not read: file, text, the subject of its only job, and what is told below the table. */
const FORMS: readonly (readonly [name: string, file: string, text: string, subject: RegExp, told: string])[] = [
  [
    'project',
    GITLAB,
    include('project: acme/ci, ref: v1, file: /deploy.yml'),
    GITLAB_SUBJECT,
    'include: project acme/ci /deploy.yml is not known here',
  ],
  [
    'template',
    GITLAB,
    include('template: Auto-DevOps.gitlab-ci.yml'),
    GITLAB_SUBJECT,
    'include: template Auto-DevOps.gitlab-ci.yml is not known here',
  ],
  [
    'remote',
    GITLAB,
    include('remote: https://ci.example/deploy.yml'),
    GITLAB_SUBJECT,
    'include: remote https://ci.example/deploy.yml is not known here',
  ],
  [
    'component',
    GITLAB,
    include('component: $CI_SERVER_FQDN/acme/ci/deploy@1, inputs: { a: b }'),
    GITLAB_SUBJECT,
    'include: component $CI_SERVER_FQDN/acme/ci/deploy@1 is not known here',
  ],
  [
    'setup',
    '.circleci/config.yml',
    'version: 2.1\nsetup: true\nworkflows: { main: { jobs: [deploy] } }\n',
    /\/vcs-origin\/github\.com\/acme\/widgets\/vcs-ref\/refs\/heads\/main$/,
    'setup: the pipeline goes on with another configuration, which is not read',
  ],
  [
    'change_in',
    '.semaphore/semaphore.yml',
    `blocks: [{ name: App, run: { when: "change_in('/app')" }, task: { jobs: [{ name: deploy, commands: [x] }] } }]\n`,
    /:repo:widgets:ref_type:branch:ref:refs\/heads\/main$/,
    "App.run.when: change_in('/app') is not known here",
  ],
];

/** Of a job that says itself what tokens it gets, too. */
const GRANTED: readonly (readonly [what: string, told: string])[] = [
  ['project: acme/ci, file: /deploy.yml', 'project acme/ci /deploy.yml'],
  ['template: Auto-DevOps.gitlab-ci.yml', 'template Auto-DevOps.gitlab-ci.yml'],
  ['remote: https://ci.example/deploy.yml', 'remote https://ci.example/deploy.yml'],
  ['component: ci.example/acme/ci/deploy@1', 'component ci.example/acme/ci/deploy@1'],
  ['local: $DIRECTORY/a.yml', 'local $DIRECTORY/a.yml'],
];

let daemon: Daemon;
const directory = mkdtempSync(join(tmpdir(), 'mintmark-unread-'));
beforeAll(async () => {
  initRepository(directory);
  writeFileSync(join(directory, 'README.md'), 'x\n');
  commitAll(directory);
  daemon = await startDaemon();
});
afterAll(async () => {
  await daemon.stop();
  rmSync(directory, { recursive: true });
});

test.each(FORMS)(
  '%s is not read: the job is there with what is known, and it is named',
  async (_, file, text, subject, told) => {
    const path = join(directory, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    const { code, stdout, stderr } = await daemon.cli(['jobs', 'list', path, '--event', 'push']);
    const [, row, ...more] = stdout.trimEnd().split('\n');
    expect({ code, more }).toEqual({ code: 0, more: [] });
    expect(row?.split(/ {2,}/)).toEqual([expect.stringMatching(/deploy$/), 'push', expect.stringMatching(subject)]);
    expect(stderr.trimEnd().split('\n')).toContain(`mintmark: ${told}`);
  },
);

test.each(GRANTED)('an include that is not read is told of a job with tokens of its own: %s', async (what, told) => {
  const path = join(directory, GITLAB);
  const job = 'deploy: { script: [x], id_tokens: { T: { aud: a } }';
  writeFileSync(path, `include: [{ ${what} }]\n${job} }\nother${job.slice('deploy'.length)} }\n`);
  for (const words of [
    ['jobs', 'list', path],
    ['mint', '--job', `${path}#deploy`],
    ['run', '--job', `${path}#deploy`, '--', 'true'],
  ]) {
    const { code, stderr } = await daemon.cli(words);
    const lines = stderr.split('\n').filter((line) => line.includes('not read'));
    expect([code, lines]).toEqual([0, [`mintmark: include: not read: ${told}, which may change the job`]]);
  }
});
