import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { hasDaemonFile, mint, readDaemonFile, startDaemon, verify } from '../support/daemon.ts';
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

  it('ends cleanly on SIGHUP, and keeps what it acknowledged for the next one', async () => {
    const { home, remove } = makeHome();
    try {
      const daemon = await startDaemon({ home });
      const { token } = await mint(daemon);
      expect(await daemon.terminate('SIGHUP')).toMatchObject({ code: 0, signal: null });
      expect(hasDaemonFile(home)).toBe(false);

      const next = await startDaemon({ home, port: daemon.port });
      try {
        expect(await verify(next, token)).toMatchObject({ status: 'accepted', reason: null });
      } finally {
        await next.stop();
      }
    } finally {
      remove();
    }
  });

  it.each(['SIGPIPE', 'SIGUSR1'] as const)('opens no inspector and goes on at %s', async (signal) => {
    const daemon = await startDaemon();
    try {
      process.kill(daemon.pid, signal);
      await expectServed(daemon);
      expect(daemon.process.stderr()).not.toMatch(/debugger/i);
    } finally {
      await daemon.stop();
    }
  });
});
