import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeKey, createIssuer, type Daemon, mint, rotate, startDaemon } from '../support/daemon.ts';
import { makeHome } from '../support/program.ts';
import { attachTracer, NO_ATTACHING, NO_TRACER, traceModule } from '../support/system-calls.ts';

const MINTS = 25;

describe.skipIf(NO_ATTACHING !== null)(
  `an acknowledgement after a restart${NO_ATTACHING ? ` (${NO_ATTACHING})` : ''}`,
  () => {
    let daemon: Daemon;
    const { home, remove } = makeHome();

    beforeAll(async () => {
      // A database that is opened again is where SQLite silently stops syncing unless it is told to.
      const first = await startDaemon({ home });
      await mint(first);
      await first.terminate();
      daemon = await startDaemon({ home });
    });

    afterAll(async () => {
      await daemon.terminate();
      remove();
    });

    /** How many syncs `work` caused, all of them finished before it was answered. */
    async function countSyncs(work: () => Promise<unknown>): Promise<number> {
      const tracer = await attachTracer(daemon.pid, ['-e', 'trace=fsync,fdatasync,sync_file_range,msync']);
      try {
        await work();
        return tracer.lines().filter((line) => /(fsync|fdatasync)\(.*= 0$|resumed.*= 0$/.test(line)).length;
      } finally {
        await tracer.detach();
      }
    }

    it(`follows at least one sync for each of ${MINTS} tokens minted one after the other`, async () => {
      const syncs = await countSyncs(async () => {
        for (let count = 0; count < MINTS; count += 1) await mint(daemon);
      });
      expect(syncs).toBeGreaterThanOrEqual(MINTS);
    });

    it('follows a sync for each change of keys, issuers and tokens', async () => {
      const { jti } = await mint(daemon);
      const steps: [string, () => Promise<unknown>][] = [
        ['create an issuer', () => createIssuer(daemon, 'synced', { alg: 'ES256' })],
        ['stage a key', () => rotate(daemon, 'synced', { prepublish: true })],
        ['activate it', () => rotate(daemon, 'synced')],
        ['rotate', () => rotate(daemon, 'synced')],
        ['revoke a token', () => daemon.control('POST', `/tokens/${jti}/revoke`, {})],
        [
          'revoke a key',
          async () => {
            const answer = await daemon.control('GET', '/issuers/synced/keys');
            const { items } = answer.json<{ items: { kid: string; state: string }[] }>();
            await changeKey(daemon, 'synced', items.find(({ state }) => state === 'retiring')!.kid, 'revoke');
          },
        ],
      ];
      for (const [name, work] of steps) expect(await countSyncs(work), name).toBeGreaterThanOrEqual(1);
    });

    it('shares syncs among tokens that are minted at once', async () => {
      const crowd = MINTS * 8;
      const syncs = await countSyncs(() => Promise.all(Array.from({ length: crowd }, () => mint(daemon))));
      expect(syncs).toBeGreaterThanOrEqual(1);
      expect(syncs).toBeLessThan(crowd);
    });
  },
);

describe.skipIf(NO_TRACER !== null)(`a file of the state directory${NO_TRACER ? ` (${NO_TRACER})` : ''}`, () => {
  it('is on the disk before it gets its name, and its name before the writer goes on', () => {
    const { parent, remove } = makeHome();
    try {
      const durableFile = pathToFileURL(resolve('daemon/store/durable-file.ts'));
      const code = `import { writeFileDurably } from '${durableFile}'; writeFileDurably('${parent}/file', 'content');`;
      const calls = traceModule(code, ['-y', '-e', 'trace=fsync,fdatasync,rename,renameat,renameat2']);
      expect(calls.map((line) => line.replaceAll(parent, '').replace(/\.[\da-f]{12}\.tmp/g, '.tmp'))).toEqual([
        expect.stringMatching(/fsync\(\d+<\/\.file\.tmp>\) += 0$/),
        expect.stringMatching(/rename.*"\/\.file\.tmp".*"\/file".* = 0$/),
        expect.stringMatching(/fsync\(\d+<>\) += 0$/),
      ]);
    } finally {
      remove();
    }
  });
});
