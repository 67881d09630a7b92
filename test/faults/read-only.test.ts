import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mint, startDaemon } from '../support/daemon.ts';
import { makeHome, startCli } from '../support/program.ts';
import { waitFor } from '../support/wait.ts';
import type { Problem } from '../support/wire.ts';
import { expectReadable, expectServed } from './served.ts';
import { mountSmallDisk, NO_SMALL_DISK } from './small-disk.ts';

describe.skipIf(NO_SMALL_DISK !== null)(
  `a read-only state directory${NO_SMALL_DISK ? ` (${NO_SMALL_DISK})` : ''}`,
  () => {
    it('is refused at the start, untouched, and works once it can be written', async () => {
      const disk = mountSmallDisk(4);
      const { home } = disk;
      let daemon = await startDaemon({ home });
      try {
        const { token } = await mint(daemon);
        await daemon.terminate();
        const before = readdirSync(home).sort();
        disk.setReadOnly(true);
        const refused = await startCli(['serve', '--port', '0', '--json', '--home', home], { home }).done;
        expect(refused.code).toBe(3);
        expect(refused.stdout).toBe('');
        expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'storage_readonly' } });
        expect(readdirSync(home).sort()).toEqual(before);
        disk.setReadOnly(false);
        daemon = await startDaemon({ home, port: daemon.port });
        await expectReadable(daemon, token);
        await expectServed(daemon);
      } finally {
        await daemon.terminate();
        disk.remove();
      }
    });
  },
);

describe('a state directory that goes away while the daemon runs', () => {
  const takeAway: [how: string, act: (home: string) => void][] = [
    ['deleted', (home) => rmSync(home, { recursive: true })],
    ['moved', (home) => renameSync(home, `${home}-moved`)],
    [
      'replaced by an empty one',
      (home) => {
        renameSync(home, `${home}-moved`);
        mkdirSync(home, { mode: 0o700 });
      },
    ],
  ];

  it.each(takeAway)(
    'acknowledges nothing that it cannot keep once it is %s, and goes on verifying',
    async (_how, act) => {
      const { home, remove } = makeHome();
      const daemon = await startDaemon({ home });
      try {
        const { token } = await mint(daemon);
        act(home);
        const refusal = await waitFor('a refusal to mint', async () => {
          const answer = await daemon.control('POST', '/issuers/default/tokens', {});
          return answer.status === 201 ? null : answer;
        });
        expect(refusal.status).toBe(503);
        expect(refusal.json<Problem>().code).toBe('database_unavailable');
        await expectReadable(daemon, token);
        expect((await daemon.control('GET', '/status')).json()).toMatchObject({ health: 'degraded' });
      } finally {
        await daemon.terminate();
        remove();
      }
    },
  );

  it('is served again once it is back', async () => {
    const { home, remove } = makeHome();
    const daemon = await startDaemon({ home });
    try {
      renameSync(home, join(home, '..', 'elsewhere'));
      await waitFor('a refusal to mint', async () => {
        return (await daemon.control('POST', '/issuers/default/tokens', {})).status === 503;
      });
      renameSync(join(home, '..', 'elsewhere'), home);
      await waitFor('a token', async () => {
        return (await daemon.control('POST', '/issuers/default/tokens', {})).status === 201;
      });
      await expectServed(daemon);
    } finally {
      await daemon.terminate();
      remove();
    }
  });
});
