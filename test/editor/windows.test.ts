import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasDaemonFile } from '../support/daemon.ts';
import { connectLive } from '../support/live.ts';
import { isAlive, runCli } from '../support/program.ts';
import { waitFor } from '../support/wait.ts';
import { startIssuer, waitForStatus } from './pages/issuer.ts';
import { readShown } from './pages/read-shown.ts';
import { saveScreenshot } from './pages/screenshots.ts';
import { waitForRow } from './pages/views.ts';
import { findStatus, waitForWorkbench } from './pages/workbench.ts';
import { listProcesses } from './support/list-processes.ts';
import { useEditor } from './support/use-editor.ts';

/** Longer than a window takes to be reloaded on any machine; and that of a daemon whose end is waited for. */
const IDLE_SECONDS = 600;
const SHORT_IDLE_SECONDS = 10;
/** The server ends what a window has left after a time of its own, in which the window may come back. */
const HOST_ENDS_MS = 60_000;
/** The daemon keeps a connection open for half a minute after its last request. */
const SOCKETS_END_MS = 60_000;
const editor = useEditor(() => ({ machine: { 'mintmark.idleExitSeconds': IDLE_SECONDS } }));

const listDaemons = (): number[] =>
  listProcesses((command) => command.includes(editor.session.home)).map(({ pid }) => pid);
const listExtensionHosts = (): number[] =>
  listProcesses((command, pid) => command.includes('--type=extensionHost') && isBelow(pid, editor.session.pid)).map(
    ({ pid }) => pid,
  );
const countOpenFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

function isBelow(pid: number, ancestor: number): boolean {
  for (let at = pid; at > 1; at = readParent(at)) if (at === ancestor) return true;
  return false;
}

/** 0 for a process that has ended meanwhile. */
function readParent(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

const isLinux = process.platform === 'linux';

describe.skipIf(!isLinux)(`the daemon of the editor${isLinux ? '' : ' (skipped: no /proc)'}`, () => {
  it('runs with the runtime of the editor and is the one of the package', async () => {
    const { pid } = await startIssuer(editor);
    await saveScreenshot(editor.page, 'status-running');
    const [daemon] = listProcesses((_, id) => id === pid);
    expect(daemon?.command).toContain('/extensions/');
    expect(daemon?.command).toContain('dist/mintmark.js');
    expect(listDaemons()).toEqual([pid]);
  });

  it('is shared by a second window, which finds it by itself', async () => {
    const { session } = editor;
    const { pid } = await session.findDaemon();
    const second = await session.openWindow();
    await waitForStatus({ page: second }, `:${session.port}`);
    await waitForRow(second, 'Issuers', /default/);
    expect(listDaemons()).toEqual([pid]);
    await second.close();
    await waitFor('one extension host', () => listExtensionHosts().length === 1, HOST_ENDS_MS);
    expect(isAlive(pid)).toBe(true);
  });

  it('outlives twenty reloads of the window, and nothing is left behind of any of them', async () => {
    const { page, session } = editor;
    const { pid } = await session.findDaemon();
    await waitForStatus(editor, `:${session.port}`);
    const before = countOpenFiles(pid);
    for (let round = 0; round < 20; round++) {
      await page.reload();
      await waitForWorkbench(page);
      await waitForStatus(editor, `:${session.port}`);
    }
    await waitFor('one extension host', () => listExtensionHosts().length === 1, HOST_ENDS_MS);
    await waitFor('the sockets of before', () => countOpenFiles(pid) <= before, SOCKETS_END_MS);
    expect(listDaemons()).toEqual([pid]);
  }, 900_000);

  it('is missed when it is killed, and found again by itself when it runs again', async () => {
    const { page, session } = editor;
    const daemon = await session.findDaemon();
    await daemon.end('SIGKILL');
    await waitFor('the status to tell', async () => !(await readShown(findStatus(page))).includes(`:${session.port}`));
    await saveScreenshot(page, 'status-after-the-daemon-was-killed');
    const flags = ['--port', String(session.port), '--idle-exit', String(SHORT_IDLE_SECONDS), '--home', session.home];
    expect((await runCli(['start', ...flags], session)).code).toBe(0);
    const next = await session.findDaemon();
    // Whoever is connected keeps it from being idle until the window has found it.
    const live = await connectLive(next);
    await waitForStatus(editor, `:${session.port}`);
    await live.close();
    expect(next.pid).not.toBe(daemon.pid);
    await waitForRow(page, 'Issuers', /default/);
  });

  it('ends by itself when the last window has left it for its idle time', async () => {
    const { page, session } = editor;
    const { pid } = await session.findDaemon();
    const left = performance.now();
    await page.close();
    // The window's own end may take longer than the idle time, which begins when it has let go of the daemon.
    await waitFor('the daemon to end', () => !isAlive(pid), HOST_ENDS_MS + SHORT_IDLE_SECONDS * 1_000);
    expect(performance.now() - left).toBeGreaterThanOrEqual(SHORT_IDLE_SECONDS * 1_000);
    expect(hasDaemonFile(session.home)).toBe(false);
    await waitFor('no extension host', () => listExtensionHosts().length === 0, HOST_ENDS_MS);
  });
});
