import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIssuer, mint, rotate, startDaemon } from '../support/daemon.ts';
import { makeHome } from '../support/program.ts';
import type { Issuer, Page } from '../support/wire.ts';
import { checkIntegrity, listTokens, readCopy } from './database-file.ts';
import { expectServed } from './served.ts';

const MINTS = 60;
const STEP = 512;

/** What a power cut may leave of the write-ahead log: any part of it from its start. */
describe('a write-ahead log that was cut', () => {
  const { home, parent, remove } = makeHome();
  const acknowledged: string[] = [];
  let length = 0;

  beforeAll(async () => {
    const daemon = await startDaemon({ home });
    await createIssuer(daemon, 'cut', { alg: 'ES256' });
    for (let count = 0; count < MINTS; count += 1) {
      acknowledged.push((await mint(daemon, 'cut')).jti);
      if (count % 10 === 5) await rotate(daemon, 'cut');
    }
    await daemon.terminate('SIGKILL');
    length = statSync(join(home, 'mintmark.db-wal')).size;
  });

  afterAll(remove);

  it(`holds a prefix of what was acknowledged at every ${STEP} bytes`, () => {
    let longest = 0;
    for (let size = 0; size <= length; size += STEP) {
      readCopy(
        home,
        (database) => {
          expect(checkIntegrity(database), `at ${size}`).toBe('ok');
          // Cut before the first commit there is no schema yet, and so no table of tokens.
          const tables = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
          const found = tables === 0 ? [] : listTokens(database);
          expect(found, `at ${size}`).toEqual(acknowledged.slice(0, found.length));
          expect(found.length).toBeGreaterThanOrEqual(longest);
          longest = found.length;
        },
        (wal) => truncateSync(wal, size),
      );
    }
    expect(readCopy(home, listTokens)).toEqual(acknowledged);
  });

  /** A copy of the state directory as the crash left it. */
  function copyHome(name: string): string {
    const copy = join(parent, name);
    mkdirSync(copy, { mode: 0o700 });
    for (const file of readdirSync(home)) if (file !== 'daemon.json') copyFileSync(join(home, file), join(copy, file));
    return copy;
  }

  it.each([0.3, 0.5, 0.7, 0.9, 0.99])('lets the daemon start with the first %f of it', async (share) => {
    const copy = copyHome(`share-${share}`);
    truncateSync(join(copy, 'mintmark.db-wal'), Math.floor(length * share));
    const daemon = await startDaemon({ home: copy });
    const { items } = (await daemon.control('GET', '/issuers')).json<Page<Issuer>>();
    for (const { keys } of items) expect(keys.filter(({ state }) => state === 'active')).toHaveLength(1);
    await expectServed(daemon);
    await daemon.terminate();
    rmSync(copy, { recursive: true });
  });

  const damages: [what: string, damage: (directory: string) => void][] = [
    ['a missing shared-memory file', (directory) => rmSync(join(directory, 'mintmark.db-shm'), { force: true })],
    [
      'a shared-memory file of garbage',
      (directory) => writeFileSync(join(directory, 'mintmark.db-shm'), Buffer.alloc(32_768, 0xa5)),
    ],
    [
      'garbage behind the log',
      (directory) => {
        const wal = join(directory, 'mintmark.db-wal');
        writeFileSync(wal, Buffer.concat([readFileSync(wal), Buffer.alloc(10_000, 0x5a)]));
      },
    ],
  ];

  it.each(damages)('loses nothing to %s', async (_what, damage) => {
    const copy = copyHome('damaged');
    try {
      damage(copy);
      const daemon = await startDaemon({ home: copy });
      for (const jti of acknowledged) expect((await daemon.control('GET', `/tokens/${jti}`)).status).toBe(200);
      await expectServed(daemon);
      await daemon.terminate();
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});
