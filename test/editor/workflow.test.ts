import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectStatus, verify } from '../support/daemon.ts';
import { NODE, PROJECT } from '../support/program.ts';
import { waitFor } from '../support/wait.ts';
import type { Issuer } from '../support/wire.ts';
import { commitAll, git, initRepository } from '../support/workflow-repository/write-repository.ts';
import { waitForStatus } from './pages/issuer.ts';
import { saveScreenshot } from './pages/screenshots.ts';
import { findTerminalRows, killTerminal, runInTerminal } from './pages/terminal.ts';
import { placeCursor, readLenses, useLens, waitForLens, waitForProblem } from './pages/text-editor.ts';
import { waitForRow } from './pages/views.ts';
import { fillIn, findPage, readPage } from './pages/webviews.ts';
import {
  choose,
  chooseFirst,
  closeAllEditors,
  findQuickPick,
  openFile,
  runCommand,
  runCommandWith,
} from './pages/workbench.ts';
import { listAccessibilityFaults } from './support/check-accessibility.ts';
import { useEditor } from './support/use-editor.ts';

const AUDIENCE = 'https://deploy.example';
const WORKFLOW = `name: Deploy
on: [push, pull_request, workflow_dispatch]
jobs:
  deploy:
    permissions: { id-token: write }
    environment: prod
    runs-on: ubuntu-latest
    steps:
      - run: node get-token.mjs
  build:
    permissions: { id-token: write }
    runs-on: ubuntu-latest
    steps: [{ run: make }]
  lint:
    runs-on: ubuntu-latest
    steps: [{ run: make lint }]
`;
const core = pathToFileURL(join(PROJECT, 'node_modules/@actions/core/lib/core.js'));
/** What a step of the workflow would run; where the token goes is the only thing that is of the test's making. */
const SCRIPT = `import { writeFileSync } from 'node:fs';
import { getIDToken } from '${core}';
try {
  writeFileSync('token.jwt', await getIDToken('${AUDIENCE}'));
  writeFileSync('said.txt', 'got a token');
} catch (error) {
  writeFileSync('said.txt', error.message);
}
`;
const editor = useEditor(() => ({
  // What is undone is not saved behind the test's back.
  settings: { 'files.autoSave': 'off' },
  files: {
    '.github/workflows/deploy.yml': WORKFLOW,
    'get-token.mjs': SCRIPT,
    'deploy.claims.json': '{\n  "run_id": 7\n}\n',
  },
}));
const readWorkspace = (name: string): string | null => {
  const path = join(editor.session.folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
};
const findTerminal = (text: string) => findTerminalRows(editor.page).filter({ hasText: text }).first();
/** What it says comes later: a second one would be a second run. */
const waitForTerminal = (withinMs: number) =>
  editor.page.locator('.terminal-wrapper.active').waitFor({ timeout: withinMs });

beforeAll(() => {
  initRepository(editor.session.folder);
  commitAll(editor.session.folder);
});

describe('a workflow file', () => {
  it('offers to start the issuer, and then has the subject of each job above it', async () => {
    const { page, session } = editor;
    await openFile(page, 'deploy.yml');
    await waitForLens(page, /^Start Issuer$/);
    await useLens(page, 'Start Issuer', (withinMs) => waitForStatus(editor, /starting|:\d+/, withinMs));
    await waitForStatus(editor, `:${session.port}`);
    await waitForLens(page, /sub: repo:acme\/widgets:environment:prod\s.*Mint\s.*Open CI Terminal\s.*Watch$/s);
    await waitForLens(page, /sub: repo:acme\/widgets:ref:refs\/heads\/main/);
    await waitForLens(page, /no token: .*id-token: write/);
    await saveScreenshot(page, 'workflow-lenses');
    // Who only looks at a job makes nothing: its issuer comes with its first token.
    const issuers = expectStatus<{ items: Issuer[] }>(
      await (await session.findDaemon()).control('GET', '/issuers'),
      200,
    );
    expect(issuers.items.map(({ slug }) => slug)).toEqual(['default']);
  });

  it('says of what is typed what it would be, and nothing of what it was', async () => {
    const { page } = editor;
    await placeCursor(page, 6, 22);
    await page.keyboard.type('-eu');
    await waitForLens(page, /environment:prod-eu/);
    expect((await readLenses(page)).join()).not.toMatch(/environment:prod\b(?!-)/);
    await page.keyboard.press('Control+z');
    await waitForLens(page, /environment:prod\b(?!-)/);
  });

  it('has the subjects of the branch that is checked out', async () => {
    const { page, session } = editor;
    git(session.folder, 'checkout', '--quiet', '-b', 'topic');
    await waitForLens(page, /sub: repo:acme\/widgets:ref:refs\/heads\/topic/);
    git(session.folder, 'checkout', '--quiet', 'main');
    await waitForLens(page, /sub: repo:acme\/widgets:ref:refs\/heads\/main/);
  });
});

describe('the terminal of a job', () => {
  it('lets an unmodified client get its token, which arrives in the activity and is accepted', async () => {
    const { page, session } = editor;
    await useLens(page, 'Open CI Terminal', waitForTerminal);
    await findTerminal('sub repo:acme/widgets:environment:prod').waitFor();
    await runInTerminal(page, `${NODE} get-token.mjs`);
    await waitFor('the script', () => readWorkspace('said.txt') || null);
    expect(readWorkspace('said.txt')).toBe('got a token');
    await waitForRow(page, 'Activity', /minted/i);
    await saveScreenshot(page, 'workflow-terminal');
    const daemon = await session.findDaemon();
    const token = readWorkspace('token.jwt') ?? '';
    const issuer = `${daemon.baseUrl}/issuers/github-actions`;
    expect(await verify(daemon, token, { issuer, audience: AUDIENCE })).toMatchObject({
      status: 'accepted',
      claims: { sub: 'repo:acme/widgets:environment:prod', environment: 'prod', event_name: 'push' },
    });
    await openFile(page, 'token.jwt');
    await waitForLens(page, /accepted · local issuer/);
    await useLens(page, 'Watch', (withinMs) => waitForRow(page, 'Tokens', /accepted/, withinMs));
    await saveScreenshot(page, 'workflow-token-watched');
  });

  it('has mintmark on its PATH, and nothing that makes an editor a Node', async () => {
    const { page } = editor;
    const line = 'mintmark status --json > status.json; printenv ELECTRON_RUN_AS_NODE > node.txt; echo done > done.txt';
    await runInTerminal(page, line);
    await waitFor('the terminal', () => readWorkspace('done.txt'));
    expect(JSON.parse(readWorkspace('status.json') ?? '')).toMatchObject({ running: true, home: editor.session.home });
    expect(readWorkspace('node.txt')).toBe('');
  });

  it('ends with its run: nothing of it asks for tokens any more', async () => {
    const { page, session } = editor;
    const daemon = await session.findDaemon();
    const listRuns = async () =>
      JSON.parse((await daemon.control('GET', '/runs')).text).items as { endedAt: unknown }[];
    expect((await listRuns()).map(({ endedAt }) => endedAt)).toEqual([null]);
    await killTerminal(page);
    await waitFor('the end of the run', async () => (await listRuns()).every(({ endedAt }) => endedAt !== null));
  });

  it('gets none where the workflow lacks the permission, as on the platform', async () => {
    const { page, session } = editor;
    session.writeFile('said.txt', '');
    await openFile(page, 'deploy.yml');
    await waitForLens(page, /no token/);
    await useLens(page, 'Open CI Terminal', waitForTerminal, 2);
    await findTerminal('no token').waitFor();
    await runInTerminal(page, `${NODE} get-token.mjs`);
    await waitFor('the script', () => readWorkspace('said.txt') || null);
    expect(readWorkspace('said.txt')).toMatch(/ACTIONS_ID_TOKEN_REQUEST_(?:TOKEN|URL)/);
    await killTerminal(page);
  });
});

describe('above a job', () => {
  it('Watch mints its token and follows its verdict', async () => {
    const { page } = editor;
    await openFile(page, 'deploy.yml');
    await waitForLens(page, /refs\/heads\/main/);
    await useLens(page, 'Watch', (withinMs) => waitForRow(page, 'Tokens', /ain .*accepted/, withinMs), 1);
  });
});

describe('a file of claims', () => {
  it('is checked by the types that platforms give them', async () => {
    const { page } = editor;
    await openFile(page, 'deploy.claims.json');
    await waitForProblem(page, /incorrect type.*string/i);
    await runCommand(page, 'View: Hide Panel');
  });
});

describe('Simulate Workflow Job', () => {
  it('asks for platform, job, event and ref, and shows what the token would say as they change', async () => {
    const { page } = editor;
    await closeAllEditors(page);
    await runCommandWith(page, 'Mintmark: Simulate Workflow Job', /GitHub Actions/);
    await findQuickPick(page, /^build/)
      .first()
      .waitFor();
    await saveScreenshot(page, 'simulate-job');
    await choose(page, /^build/);
    await choose(page, /^push/);
    await choose(page, /What is checked out/);
    const frame = await findPage(page, /repo:acme\/widgets:ref:refs\/heads\/main/);
    expect(await listAccessibilityFaults(frame)).toEqual([]);
    await saveScreenshot(page, 'simulate-preview');
    await frame.getByLabel('Event').selectOption('pull_request');
    await waitFor('the new subject', async () => /repo:acme\/widgets:pull_request/.test(await readPage(frame)));
    await frame.getByLabel('Event').selectOption('push');
    await fillIn(frame, 'Branch or tag', 'refs/tags/v1.0.0');
    await waitFor('the new subject', async () =>
      /repo:acme\/widgets:ref:refs\/tags\/v1\.0\.0/.test(await readPage(frame)),
    );
    await saveScreenshot(page, 'simulate-preview-of-a-tag');
    await frame.getByRole('button', { name: /mint/i }).click();
    await waitForLens(page, /accepted · local issuer/);
  });

  it('remembers what was answered, by name only', async () => {
    const { page } = editor;
    await closeAllEditors(page);
    await runCommand(page, 'Mintmark: Simulate Workflow Job');
    for (const step of [/Where does the job run/, /Which job/, /What starts it/, /For which branch/]) {
      await chooseFirst(page, step);
    }
    await findPage(page, /repo:acme\/widgets:ref:refs\/tags\/v1\.0\.0/);
  });
});
