import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { hasDaemonFile, readDaemonFile, startDaemon } from '../support/daemon.ts';
import { ask } from '../support/http.ts';
import { BUNDLE, cleanEnvironment, makeHome, NODE } from '../support/program.ts';
import { sendRaw } from '../support/raw-socket.ts';
import { waitFor } from '../support/wait.ts';
import { expectServed } from './served.ts';

/** Requests that a daemon may want to say something about. */
async function provoke(port: number): Promise<void> {
  for (let count = 0; count < 50; count += 1) {
    await sendRaw(port, 'GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    await sendRaw(port, 'nonsense\r\n\r\n');
  }
}

describe('a daemon that nobody listens to any more', () => {
  it('goes on when its stdout and stderr are closed by the reader', async () => {
    const daemon = await startDaemon();
    daemon.process.child.stdout?.destroy();
    daemon.process.child.stderr?.destroy();
    await provoke(daemon.port);
    await expectServed(daemon);
    await daemon.stop();
  });

  it('goes on when its output is a full pipe that nobody reads', async () => {
    const daemon = await startDaemon();
    daemon.process.child.stdout?.pause();
    daemon.process.child.stderr?.pause();
    await provoke(daemon.port);
    await expectServed(daemon);
    daemon.process.child.stdout?.resume();
    daemon.process.child.stderr?.resume();
    await daemon.stop();
  });

  it('starts and ends cleanly with stdin, stdout and stderr closed from the beginning', async () => {
    const { home, remove } = makeHome();
    const child = spawn(
      '/bin/sh',
      ['-c', `exec "$0" "$@" <&- >&- 2>&-`, NODE, BUNDLE, 'serve', '--port', '0', '--home', home],
      {
        env: cleanEnvironment(home),
        stdio: 'ignore',
      },
    );
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    try {
      await waitFor('daemon.json', () => hasDaemonFile(home) || child.exitCode !== null);
      const { baseUrl } = readDaemonFile(home);
      await provoke(Number(new URL(baseUrl).port));
      expect((await ask(`${baseUrl}/api/v1/health`)).status).toBe(200);
    } finally {
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
      remove();
    }
  });

  it.each(['SIGHUP', 'SIGPIPE', 'SIGUSR1'] as const)('opens no inspector and loses nothing on %s', async (signal) => {
    const daemon = await startDaemon();
    try {
      process.kill(daemon.pid, signal);
      const survived = await Promise.race([daemon.process.done.then(() => false), waitForHealth(daemon.baseUrl)]);
      expect(daemon.process.stderr()).not.toMatch(/debugger/i);
      if (survived) await expectServed(daemon);
      else expect(await daemon.process.done).toMatchObject({ code: 0 });
    } finally {
      await daemon.stop();
    }
  });
});

async function waitForHealth(baseUrl: string): Promise<boolean> {
  return await waitFor('health', () =>
    ask(`${baseUrl}/api/v1/health`)
      .then(({ status }) => status === 200)
      .catch(() => false),
  );
}
