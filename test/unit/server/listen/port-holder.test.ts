import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findPortHolder } from '../../../../daemon/server/listen/port-holder.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

describe.runIf(process.platform === 'linux')('whoever has a port', () => {
  it('is named by his program and script, and not by his other arguments', async () => {
    const code =
      "require('node:net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })";
    const child = spawn(process.execPath, ['-e', code, 'server.js', '--secret=PLANTED'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanups.push(() => child.kill('SIGKILL'));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    expect(findPortHolder(Number(String(line)))).toBe(`node server.js (pid ${child.pid})`);
  });

  it('is nobody when it is free', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    server.close();
    await once(server, 'close');
    expect(findPortHolder(port)).toBeNull();
  });
});

it('nobody holds a port that nobody listens on', () => {
  expect(findPortHolder(1)).toBeNull();
});
