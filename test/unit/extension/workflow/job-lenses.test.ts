import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CancellationTokenSource, type CodeLens } from 'vscode';
import { COMMANDS } from '../../../../extension/contributions.ts';
import type { DaemonSession } from '../../../../extension/daemon/session.ts';
import { JOB_COMMANDS } from '../../../../extension/features/workflow/job-commands.ts';
import { provideJobLenses, resolveJobLens } from '../../../../extension/features/workflow/job-lenses.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';
import { joinDaemon } from '../join-daemon.ts';
import { makeText } from '../text/make-document.ts';
import { DEPLOY, DEPLOY_TEXT, openRepository } from './open-repository.ts';

beforeEach(resetEditor);

const neverCancelled = () => new CancellationTokenSource().token;
const provide = (session: DaemonSession, text: ReturnType<typeof makeText>) =>
  provideJobLenses(session, text.document, neverCancelled());
const read = (lenses: readonly CodeLens[]) =>
  lenses.map((lens) => {
    const { command, range } = resolveJobLens(lens);
    return { line: range.start.line, title: command?.title, command: command?.command };
  });

async function openDeploy(text = DEPLOY_TEXT, name = DEPLOY) {
  const folder = openRepository({ [name]: DEPLOY_TEXT });
  const { session, daemon } = await joinDaemon();
  return { session, daemon, folder, text: makeText(text, { path: join(folder, name), languageId: 'yaml' }) };
}

describe('above a job', () => {
  it('stands its subject with what can be done with it, and above one without the permission what is missing', async () => {
    const { session, text } = await openDeploy();
    const lenses = read(await provide(session, text));
    expect(lenses.slice(0, 4)).toEqual([
      { line: 2, title: 'sub: repo:acme/widgets:environment:prod', command: COMMANDS.simulateJob },
      { line: 2, title: 'Mint', command: JOB_COMMANDS.mint },
      { line: 2, title: 'Open CI Terminal', command: COMMANDS.openCiTerminal },
      { line: 2, title: 'Watch', command: JOB_COMMANDS.watch },
    ]);
    expect(lenses.slice(4)).toEqual([
      { line: 7, title: expect.stringMatching(/^no token: .*id-token: write/), command: COMMANDS.simulateJob },
      { line: 7, title: 'Open CI Terminal', command: COMMANDS.openCiTerminal },
    ]);
  });

  it('stands what the editor has, saved or not', async () => {
    const { session, text } = await openDeploy(DEPLOY_TEXT.replace('prod', 'staging'));
    expect(read(await provide(session, text))[0]?.title).toBe('sub: repo:acme/widgets:environment:staging');
  });

  it('stands no subject of an older text: not when it was asked for, nor when it is drawn', async () => {
    const { session, text } = await openDeploy();
    const asked = provide(session, text);
    text.change(0, 0, '# changed\n');
    expect(await asked).toEqual([]);
    const [lens] = await provide(session, text);
    text.change(0, 0, '# again\n');
    expect(read(lens ? [lens] : [])[0]?.title).toBe('…');
  });

  it('stands nothing that the editor could keep and show over another text', async () => {
    const { session, text } = await openDeploy();
    const lenses = await provide(session, text);
    expect(lenses.map(({ command }) => command)).toEqual(lenses.map(() => undefined));
  });

  it('is said for which event it holds, and what nobody knows before the job runs', async () => {
    const unknown = DEPLOY_TEXT.replace('[push, workflow_dispatch]', 'workflow_dispatch').replace(
      'prod',
      '$' + '{{ vars.STAGE }}',
    );
    const { session, text } = await openDeploy(unknown);
    const [lens] = await provide(session, text);
    const { command } = resolveJobLens(lens as CodeLens);
    expect(command?.title).toMatch(/\(1 unknown\)$/);
    expect(command?.tooltip).toMatch(/when workflow_dispatch starts it/);
    expect(command?.tooltip).toMatch(/Not known: vars\.STAGE|Not known: .*STAGE/);
  });

  it('says of a job that the event does not run that it does not, before its subject', async () => {
    const leftOut = DEPLOY_TEXT.replace(
      'environment: prod',
      "environment: prod\n    if: github.ref == 'refs/heads/never'",
    );
    expect(leftOut).not.toBe(DEPLOY_TEXT);
    const { session, text } = await openDeploy(leftOut);
    expect(read(await provide(session, text))[0]?.title).toBe(
      'does not run for push · sub: repo:acme/widgets:environment:prod',
    );
  });

  it('no icon is drawn by a name that a stranger gave', async () => {
    const { session, text } = await openDeploy(DEPLOY_TEXT.replace('prod', '"$(check) accepted"'));
    expect(read(await provide(session, text))[0]?.title).toBe('sub: repo:acme/widgets:environment:\\$(check) accepted');
  });
});

describe('a workflow file', () => {
  it.each([
    [
      '.gitlab-ci.yml',
      'deploy:\n  id_tokens: { T: { aud: https://a.example } }\n  script: [x]\n',
      /^sub: project_path:/,
    ],
    [
      '.semaphore/semaphore.yml',
      'version: v1.0\nname: P\nblocks:\n  - name: B\n    task:\n      jobs:\n        - name: J\n          commands: [x]\n',
      /^sub: /,
    ],
  ])('may be %s', async (name, content, title) => {
    const { session, text } = await openDeploy(content, name);
    expect(read(await provide(session, text))[0]?.title).toMatch(title);
  });

  it('that is none says so where it is wrong', async () => {
    const { session, text } = await openDeploy('on: push\njobs:\n\t- x\n');
    expect(read(await provide(session, text))).toEqual([
      { line: 2, title: expect.stringMatching(/^no jobs: /), command: '' },
    ]);
  });

  it('offers to start the issuer while none runs, and nothing where none can', async () => {
    const { text } = await openDeploy();
    const at = (state: DaemonSession['state']) => provide({ state } as DaemonSession, text);
    expect(read(await at({ kind: 'stopped' }))).toEqual([
      { line: 0, title: 'Start Issuer', command: COMMANDS.startIssuer },
    ]);
    expect(await at({ kind: 'starting' })).toEqual([]);
    expect(await at({ kind: 'unavailable', why: 'untrusted' })).toEqual([]);
  });

  it('is left alone where the setting says so', async () => {
    const { session, text } = await openDeploy();
    editor.settings.set('mintmark.codeLens.workflows', false);
    expect(await provide(session, text)).toEqual([]);
  });
});
