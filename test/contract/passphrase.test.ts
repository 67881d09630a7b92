import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectStatus, mint, startDaemon } from '../support/daemon.ts';
import { makeHome, runCli, startCli } from '../support/program.ts';

let place: ReturnType<typeof makeHome>;
let home: string;
beforeEach(() => {
  place = makeHome();
  home = place.home;
});
afterEach(() => place.remove());

describe('a passphrase', () => {
  it('given on stdin seals the master key: without it, or with another, nothing opens', async () => {
    const used = await startDaemon({ home });
    const { jti } = await mint(used);
    await used.terminate();
    const plain = readFileSync(join(home, 'master.key'), 'utf8');
    const sealing = await startDaemon({ home, args: ['--passphrase-stdin'], input: 'correct horse\n' });
    await mint(sealing);
    await sealing.terminate();
    const [{ key }] = (JSON.parse(plain) as { keys: [{ key: string }] }).keys;
    expect(readFileSync(join(home, 'master.key'), 'utf8')).not.toContain(key);

    const bare = await runCli(['serve', '--port', '0', '--json', '--home', home], { home });
    expect(bare).toMatchObject({ code: 3, stdout: '' });
    const wrong = startCli(['serve', '--port', '0', '--home', home, '--passphrase-stdin'], { home, input: 'wrong\n' });
    expect(await wrong.done).toMatchObject({ code: 3, stdout: '' });
    const right = await startDaemon({ home, args: ['--passphrase-stdin'], input: 'correct horse\n' });
    expect((await right.control('GET', `/tokens/${jti}`)).status).toBe(200);
    expect((await mint(right)).token).toMatch(/^ey/);
    await right.terminate();
  });

  it('is not needed to change the master key, and every key opens with the new one', async () => {
    const daemon = await startDaemon({ home });
    const { kid } = await mint(daemon);
    const before = readFileSync(join(home, 'master.key'), 'utf8');
    expectStatus(await daemon.control('POST', '/master-key/rotate', {}), 200);
    expect(readFileSync(join(home, 'master.key'), 'utf8')).not.toBe(before);
    expect((await mint(daemon)).kid).toBe(kid);
    await daemon.terminate();
    const again = await startDaemon({ home });
    expect((await mint(again)).kid).toBe(kid);
    await again.terminate();
  });
});
