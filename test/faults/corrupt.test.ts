import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createIssuer, mint, startDaemon, verify } from '../support/daemon.ts';
import { makeHome, startCli } from '../support/program.ts';
import type { Minted, Problem } from '../support/wire.ts';

const PAGE = 4096;

describe('a damaged state directory', () => {
  const { home, parent, remove } = makeHome();
  const copy = join(parent, 'copy');
  const database = join(copy, 'mintmark.db');
  let kept: Minted;
  let port = 0;

  beforeAll(async () => {
    const daemon = await startDaemon({ home });
    await createIssuer(daemon, 'other', { alg: 'ES256' });
    port = daemon.port;
    for (let count = 0; count < 40; count += 1) kept = await mint(daemon, 'other');
    await daemon.terminate();
  });

  beforeEach(() => {
    cpSync(home, copy, { recursive: true });
    chmodSync(copy, 0o700);
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));
  afterAll(remove);

  const hash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

  function overwrite(offsets: readonly number[]): void {
    const bytes = readFileSync(database);
    for (const offset of offsets) bytes[offset] = (bytes[offset] ?? 0) ^ 0xff;
    writeFileSync(database, bytes);
  }

  const pageStarts = (): number[] =>
    Array.from({ length: Math.floor(readFileSync(database).length / PAGE) - 1 }, (_, index) => (index + 1) * PAGE);

  const damages: [what: string, damage: () => void, codes: string[]][] = [
    ['an empty file', () => truncateSync(database, 0), ['state_missing', 'database_corrupt']],
    ['a deleted file', () => rmSync(database), ['state_missing']],
    ['a broken header', () => overwrite([0, 1, 2, 3, 4, 5, 6, 7]), ['database_corrupt', 'database_foreign']],
    [
      'a text file',
      () => writeFileSync(database, 'not a database, '.repeat(1000)),
      ['database_corrupt', 'database_foreign'],
    ],
    [
      'a directory',
      () => {
        rmSync(database);
        mkdirSync(database);
      },
      ['database_unavailable', 'database_foreign', 'database_corrupt', 'state_insecure'],
    ],
    [
      'the first half',
      () => truncateSync(database, Math.floor(readFileSync(database).length / PAGE / 2) * PAGE),
      ['database_corrupt'],
    ],
    ['every page but the first begun wrongly', () => overwrite(pageStarts()), ['database_corrupt']],
    ['200 flipped bytes', () => overwrite(spread(200, readFileSync(database).length)), ['database_corrupt']],
    [
      'the database of another program',
      () => {
        rmSync(database);
        const foreign = new Database(database);
        foreign.exec('CREATE TABLE invoices (id INTEGER PRIMARY KEY)');
        foreign.close();
      },
      ['database_foreign', 'state_insecure'],
    ],
  ];

  it.each(damages)('is refused with exit 3 and left as it is: %s', async (_what, damage, codes) => {
    damage();
    const readable = (): string => {
      try {
        return hash(database);
      } catch {
        return 'none';
      }
    };
    const before = readable();
    const outcome = await startCli(['serve', '--port', '0', '--json', '--home', copy], { home: copy }).done;
    expect(outcome.code).toBe(3);
    expect(outcome.stdout).toBe('');
    expect(codes).toContain((JSON.parse(outcome.stderr) as { error: Problem }).error.code);
    expect(readable()).toBe(before);
  });

  it('closes only the issuer whose private key no longer authenticates', async () => {
    breakOneSealedKey(database);
    const daemon = await startDaemon({ home: copy, port });
    try {
      const answers = await Promise.all(
        ['default', 'other'].map((slug) => daemon.control('POST', `/issuers/${slug}/tokens`, {})),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 503]);
      const closed = answers.find(({ status }) => status === 503);
      expect(closed?.json<Problem>().code).toBe('key_unavailable');
      // Public halves are not sealed: what was minted before is still verified, and a rotation opens the issuer again.
      expect((await verify(daemon, kept.token)).status).toBe('accepted');
      for (const slug of ['default', 'other']) {
        expect((await daemon.control('POST', `/issuers/${slug}/keys/rotate`, {})).status).toBe(200);
        expect((await daemon.control('POST', `/issuers/${slug}/tokens`, {})).status).toBe(201);
      }
    } finally {
      await daemon.terminate();
    }
  });
});

/** `count` offsets, evenly over a file but for its first page, the same in every run. */
function spread(count: number, length: number): number[] {
  return Array.from({ length: count }, (_, index) => PAGE + Math.floor(((length - PAGE) * index) / count));
}

/** A sealed private key with its last bit turned: the authentication tag no longer fits. */
function breakOneSealedKey(file: string): void {
  const database = new Database(file);
  try {
    const active = database.prepare<[], { id: number; sealed: Buffer }>(
      `SELECT id, sealed FROM keys WHERE state = 'active'`,
    );
    const { id, sealed } = active.get()!;
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
    database.prepare('UPDATE keys SET sealed = ? WHERE id = ?').run(sealed, id);
  } finally {
    database.close();
  }
}
