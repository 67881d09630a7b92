import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { backupDatabase } from '../../../daemon/store/backup.ts';
import { checkDatabase } from '../../../daemon/store/check-database.ts';
import { MIGRATIONS } from '../../../daemon/store/migrations.ts';
import { restoreDatabase } from '../../../daemon/store/restore.ts';
import { acquireStateLock } from '../../../daemon/store/state-lock.ts';
import { recordDisk } from './disk-calls.ts';
import {
  ANY_ISSUERS,
  addToken,
  atEnd,
  BINDING,
  codeOf,
  makeHome,
  NOW,
  openTestStore,
  readBytes,
  readLine,
  SECRET,
  seedIssuer,
  startChild,
} from './fixtures.ts';

let home = '';
let target = '';
beforeEach(async () => {
  home = makeHome();
  target = join(dirname(home), 'copy.db');
  const store = await openTestStore(home);
  seedIssuer(store);
  addToken(store, 'early');
  store.close();
});

/** A token of a daemon that is then killed, so that its database has a log. */
async function crashMinting(prefix: string): Promise<string> {
  const daemon = startChild('mint-forever.ts', home, prefix);
  const late = await readLine(daemon.lines);
  daemon.process.kill('SIGKILL');
  await daemon.ended;
  expect(readdirSync(home)).toContain('mintmark.db-wal');
  return late;
}

const restore = (directory = home, source = target) =>
  restoreDatabase(directory, source, { ...ANY_ISSUERS, nowMs: NOW });

describe('a backup', () => {
  it('is a sound copy for its owner only, taken while a daemon writes', async () => {
    const daemon = startChild('mint-forever.ts', home, 'b');
    const first = await readLine(daemon.lines);
    backupDatabase(home, target);
    if (process.platform !== 'win32') expect(lstatSync(target).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(target)).sort()).toEqual(['copy.db', 'home']);
    const copy = new Database(target, { readonly: true });
    atEnd(() => copy.close());
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(copy.prepare('SELECT count(*) FROM tokens WHERE jti = ?').pluck().get(first)).toBe(1);
    const [tokens, events] = ['tokens', 'events'].map((table) =>
      copy.prepare(`SELECT count(*) FROM ${table}`).pluck().get(),
    );
    expect(tokens).toBe(events);
    // The daemon was not disturbed.
    await readLine(daemon.lines);
  });

  it('never replaces a file', async () => {
    writeFileSync(target, 'precious');
    expect(await codeOf(() => backupDatabase(home, target))).toBe('usage');
    expect(readBytes(target).toString()).toBe('precious');
    expect(readdirSync(dirname(target)).sort()).toEqual(['copy.db', 'home']);
  });

  it('clears away the copy of one that was cut off', () => {
    const left = ['', '-journal'].map((suffix) => join(dirname(home), `.copy.db.0123456789ab.tmp${suffix}`));
    for (const file of left) writeFileSync(file, '');
    backupDatabase(home, target);
    expect(readdirSync(dirname(target)).sort()).toEqual(['copy.db', 'home']);
    expect(readBytes(target).subarray(0, 15).toString()).toBe('SQLite format 3');
  });

  it('needs a directory that is there', async () => {
    expect(await codeOf(() => backupDatabase(home, join(target, 'no', 'copy.db')))).toBe('usage');
  });

  it('holds no private key in the clear', () => {
    backupDatabase(home, target);
    expect(readBytes(target).includes(SECRET)).toBe(false);
  });
});

describe('restoring', () => {
  it('brings back the state of the backup and keeps what it replaces', async () => {
    backupDatabase(home, target);
    const store = await openTestStore(home);
    addToken(store, 'late');
    store.close();
    const { instance, replaced } = await restore();
    const again = await openTestStore(home);
    expect(again.instance).toBe(instance);
    expect(again.tokens.byJti('early')).toBeDefined();
    expect(again.tokens.byJti('late')).toBeUndefined();
    expect(again.events.after(0, 9).map(({ name }) => name)).toEqual(['token.minted']);
    const wrapped = again.keys.wrapped(1);
    expect(wrapped && again.vault.unwrap(wrapped, BINDING).toString()).toBe(SECRET);
    expect(replaced).toBe(join(home, 'mintmark.db.replaced-20261122T150000000Z'));
    const old = new Database(replaced ?? '', { readonly: true });
    atEnd(() => old.close());
    expect(old.prepare('SELECT jti FROM tokens ORDER BY id').pluck().all()).toEqual(['early', 'late']);
  });

  it('puts what a crash left in the log into the file that it moves aside', async () => {
    backupDatabase(home, target);
    const late = await crashMinting('c');
    const { replaced } = await restore();
    expect((await openTestStore(home)).tokens.count()).toBe(1);
    expect(readdirSync(home).filter((name) => name.includes('.replaced-'))).toEqual([basename(replaced ?? '')]);
    const old = new Database(replaced ?? '');
    atEnd(() => old.close());
    expect(old.prepare('SELECT count(*) FROM tokens WHERE jti = ?').pluck().get(late)).toBe(1);
  });

  it('does not mix a damaged database with the log and the journal beside it, nor leaves these to the new one', async () => {
    backupDatabase(home, target);
    const parts = ['', '-wal', '-journal'];
    for (const part of parts) writeFileSync(join(home, `mintmark.db${part}`), `garbage${part}`);
    const { replaced } = await restore();
    expect(parts.map((part) => readBytes(`${replaced}${part}`).toString())).toEqual(
      parts.map((part) => `garbage${part}`),
    );
    expect((await openTestStore(home)).tokens.count()).toBe(1);
  });

  it('leaves a crashed database with all it has when it cannot be moved aside', async () => {
    backupDatabase(home, target);
    const late = await crashMinting('e');
    mkdirSync(join(home, 'mintmark.db.replaced-20261122T150000000Z'));
    expect(await codeOf(() => restore())).toBe('database_unavailable');
    expect(readdirSync(home).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const store = await openTestStore(home);
    expect(store.tokens.byJti(late)).toBeDefined();
    expect(store.events.after(0, 1_000).map(({ name }) => name)).not.toContain('database.log_missing');
  });

  it('has everything back in its place when the last of what lies there cannot be moved aside', async () => {
    backupDatabase(home, target);
    for (const part of ['', '-wal', '-journal']) writeFileSync(join(home, `mintmark.db${part}`), `garbage${part}`);
    const before = readdirSync(home);
    mkdirSync(join(home, 'mintmark.db.replaced-20261122T150000000Z-journal'));
    expect(await codeOf(() => restore())).toBe('database_unavailable');
    expect(readdirSync(home).filter((name) => !/replaced|lock/.test(name))).toEqual(before);
    for (const part of ['', '-wal', '-journal']) {
      expect(readBytes(home, `mintmark.db${part}`).toString()).toBe(`garbage${part}`);
    }
  });

  it('moves the database aside before its log: cut off between the two it leaves none, not one that lacks its last', async () => {
    backupDatabase(home, target);
    for (const part of ['', '-wal', '-journal']) writeFileSync(join(home, `mintmark.db${part}`), `garbage${part}`);
    const calls = recordDisk();
    await restore();
    const moved = calls.filter(({ name, from }) => name === 'rename' && from.startsWith('mintmark.db'));
    expect(moved.map(({ from }) => from).slice(0, 3)).toEqual(
      ['', '-wal', '-journal'].map((part) => `mintmark.db${part}`),
    );
  });

  it('mends a missing and a damaged database', async () => {
    backupDatabase(home, target);
    rmSync(join(home, 'mintmark.db'));
    expect((await restore()).replaced).toBeNull();
    writeFileSync(join(home, 'mintmark.db'), 'garbage');
    expect((await restore()).replaced).not.toBeNull();
    expect((await openTestStore(home)).tokens.count()).toBe(1);
  });

  it('is refused while a daemon runs', async () => {
    backupDatabase(home, target);
    const lock = acquireStateLock(home);
    atEnd(lock.release);
    expect(await codeOf(() => restore())).toBe('state_locked');
  });

  it('is refused with another master key, or none', async () => {
    backupDatabase(home, target);
    const other = makeHome();
    const store = await openTestStore(other);
    store.close();
    expect(await codeOf(() => restore(other))).toBe('master_key_wrong');
    const empty = makeHome();
    mkdirSync(empty, { mode: 0o700 });
    expect(await codeOf(() => restore(empty))).toBe('master_key_missing');
    copyFileSync(join(home, 'master.key'), join(empty, 'master.key'));
    chmodSync(join(empty, 'master.key'), 0o600);
    await restore(empty);
    expect((await openTestStore(empty)).tokens.count()).toBe(1);
  });

  it.skipIf(process.platform === 'win32')(
    'is refused when the backup is no file, such as a pipe that nobody fills',
    async () => {
      execFileSync('mkfifo', [target]);
      expect(await codeOf(() => restore())).toBe('file_unreadable');
    },
  );

  const faults: [name: string, code: string, spoil: () => void][] = [
    ['is not there', 'file_unreadable', () => rmSync(target)],
    ['is no database', 'backup_invalid', () => writeFileSync(target, 'text '.repeat(999))],
    ['is empty', 'backup_invalid', () => writeFileSync(target, '')],
    ['was cut short', 'backup_invalid', () => writeFileSync(target, readBytes(target).subarray(0, 40_000))],
    ['is newer', 'database_newer', () => change(`PRAGMA user_version = ${MIGRATIONS.length + 1}`)],
    ['is of another program', 'backup_invalid', () => change('PRAGMA application_id = 7')],
    ['has an index that lies', 'backup_invalid', breakIndex],
  ];
  it.each(faults)('is refused when the backup %s, and the database stays', async (_name, code, spoil) => {
    backupDatabase(home, target);
    spoil();
    const before = [readdirSync(home).filter((name) => name !== 'mintmark.lock'), readBytes(home, 'mintmark.db')];
    expect(await codeOf(() => restore())).toBe(code);
    expect([readdirSync(home).filter((name) => name !== 'mintmark.lock'), readBytes(home, 'mintmark.db')]).toEqual(
      before,
    );
  });

  function change(sql: string): void {
    const database = new Database(target);
    database.exec(sql);
    database.close();
  }

  /** Only the jti in the index differs from that in the row: every page is well-formed. */
  function breakIndex(): void {
    const bytes = readBytes(target);
    const at = bytes.indexOf('early');
    bytes.write('earlz', at);
    writeFileSync(target, bytes);
  }
});

describe('the doctor', () => {
  it('reads beside a running daemon and finds nothing in a sound database', async () => {
    const daemon = startChild('mint-forever.ts', home, 'd');
    await readLine(daemon.lines);
    const report = checkDatabase(home, ANY_ISSUERS);
    expect(report).toMatchObject({ schema: MIGRATIONS.length, problems: [] });
    expect(report.bytes).toBeGreaterThan(0);
  });

  it('names what is wrong', () => {
    const bytes = readBytes(home, 'mintmark.db');
    bytes.write('earlz', bytes.indexOf('early'));
    writeFileSync(join(home, 'mintmark.db'), bytes);
    expect(checkDatabase(home, ANY_ISSUERS).problems.join()).toMatch(/index/);
  });

  it('says that there is no database', async () => {
    expect(existsSync(join(dirname(home), 'mintmark.db'))).toBe(false);
    expect(await codeOf(() => checkDatabase(dirname(home), ANY_ISSUERS))).toBe('database_unavailable');
  });
});
