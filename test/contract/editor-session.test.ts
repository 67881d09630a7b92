import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startDaemon } from '../../daemon/client/start-daemon.ts';
import { endByPid, hasDaemonFile, readDaemonFile } from '../support/daemon.ts';
import { BUNDLE, isAlive, makeHome } from '../support/program.ts';
import { waitFor } from '../support/wait.ts';
import { type OpenedSession, openSession } from '../unit/extension/daemon/open-session.ts';

let place: ReturnType<typeof makeHome>;
let windows: OpenedSession[];

beforeEach(() => {
  place = makeHome();
  windows = [];
});
afterEach(async () => {
  for (const { session } of windows) session.dispose();
  if (hasDaemonFile(place.home)) await endByPid(readDaemonFile(place.home).pid);
  place.remove();
});

function openWindow({ bundle = BUNDLE, idleSeconds = 5 } = {}): OpenedSession {
  const flags = ['--port', '0', '--idle-exit', String(idleSeconds)];
  const window = openSession(place.home, { bundle, readSettings: () => ({ home: place.home, flags }) });
  windows.push(window);
  return window;
}

const pid = () => readDaemonFile(place.home).pid;

describe('the windows of a person', () => {
  it('that start at once share one daemon', async () => {
    const sessions = [openWindow(), openWindow(), openWindow()];
    await Promise.all(sessions.map(({ session }) => session.start()));
    const urls = new Set(sessions.map(({ session }) => session.state.kind === 'running' && session.state.baseUrl));
    expect(urls.size).toBe(1);
  });

  it('leave the daemon to its idle time, after which it ends', async () => {
    const [first, second] = [openWindow(), openWindow()];
    await Promise.all([first.session.start(), second.session.start()]);
    const running = pid();
    first.session.dispose();
    expect((await second.session.call('status', {})).pid).toBe(running);
    second.session.dispose();
    expect(isAlive(running)).toBe(true);
    await waitFor('the daemon to end after 5 idle seconds', () => !isAlive(running));
  });

  it('see each other stop it', async () => {
    const [first, second] = [openWindow(), openWindow()];
    await first.session.start();
    await second.session.joinIfRunning();
    const running = pid();
    await first.session.stop();
    expect([isAlive(running), first.session.state.kind]).toEqual([false, 'stopped']);
    expect(first.kinds).toEqual(['starting', 'running', 'stopped']);
    await second.waitFor('stopped');
    expect(hasDaemonFile(place.home)).toBe(false);
  });
});

describe('issuers that move', () => {
  it('are told of by the window that starts them elsewhere than they were', async () => {
    await startDaemon({
      home: place.home,
      bundle: BUNDLE,
      flags: ['--port', '0', '--public-url', 'https://mint.test'],
    });
    await endByPid(pid());
    await waitFor('the daemon to end', () => !hasDaemonFile(place.home));
    const { session } = openWindow();
    const moves: unknown[] = [];
    session.onDidMoveIssuers((move) => moves.push(move));
    await session.start();
    expect(moves).toEqual([{ from: 'https://mint.test', to: readDaemonFile(place.home).baseUrl }]);
    await session.stop();
  });
});

describe('a daemon that is killed', () => {
  it('is started again by the window that started it, and every window comes back', async () => {
    const [first, second] = [openWindow(), openWindow()];
    await first.session.start();
    await second.session.joinIfRunning();
    await first.session.call('issuers.create', { slug: 'kept', alg: 'ES256' });
    const killed = pid();
    process.kill(killed, 'SIGKILL');
    await first.waitFor('reconnecting');
    await first.waitFor('running');
    expect(pid()).not.toBe(killed);
    await second.waitFor('running');
    await waitFor('what was there', () =>
      [first, second].every(({ session }) => session.issuers.some(({ slug }) => slug === 'kept')),
    );
  });

  it('is not started again by a window that only joined it, which says in the end that it is lost', async () => {
    await startDaemon({ home: place.home, bundle: BUNDLE, flags: ['--port', '0'] });
    const window = openWindow();
    await window.session.joinIfRunning();
    process.kill(pid(), 'SIGKILL');
    await window.waitFor('reconnecting');
    await waitFor('the window to give up', () => window.session.state.kind === 'failed', 60_000);
    expect(window.session.state).toMatchObject({ code: 'daemon_unreachable' });
    await window.session.start();
    expect(window.session.state.kind).toBe('running');
  });
});

describe('stopping', () => {
  /** The bundle, which first writes down that it runs. */
  function noteStarts(): { bundle: string; pids: () => number[] } {
    const [bundle, notes] = [join(place.parent, 'noted.cjs'), join(place.parent, 'pids')];
    const note = `require('node:fs').appendFileSync(${JSON.stringify(notes)}, process.pid + ' ');`;
    writeFileSync(bundle, `${note} require(${JSON.stringify(BUNDLE)});`);
    const read = (): string => (existsSync(notes) ? readFileSync(notes, 'utf8') : '');
    return { bundle, pids: () => read().trim().split(' ').map(Number) };
  }

  it('while the window starts a killed daemon again leaves none behind', async () => {
    const { bundle, pids } = noteStarts();
    const { session, kinds } = openWindow({ bundle });
    await session.start();
    process.kill(pid(), 'SIGKILL');
    await waitFor('the next start', () => pids().length === 2);
    await session.stop();
    expect(pids().filter(isAlive)).toEqual([]);
    expect(hasDaemonFile(place.home)).toBe(false);
    expect(kinds).toEqual(['starting', 'running', 'reconnecting', 'stopped']);
  });
});

describe('a daemon that hangs', () => {
  it('is missed, not said to have stopped, and joined when it goes on', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    // While it hangs nobody is connected: its idle time must not be over when it goes on.
    const { session, waitFor: wait } = openWindow({ idleSeconds: 600 });
    await session.start();
    const hung = pid();
    process.kill(hung, 'SIGSTOP');
    try {
      vi.advanceTimersByTime(60_000);
      await wait('reconnecting');
      await expect(session.stop()).rejects.toMatchObject({ code: 'daemon_unreachable' });
      expect(session.state).toMatchObject({ kind: 'failed', code: 'daemon_unreachable' });
      expect(isAlive(hung)).toBe(true);
    } finally {
      process.kill(hung, 'SIGCONT');
    }
    await session.joinIfRunning();
    expect([session.state.kind, pid()]).toEqual(['running', hung]);
  });
});
