import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { MintmarkError } from '../../../daemon/problem.ts';
import { nameNativeBinding } from '../../../daemon/store/native-binding.ts';
import { openForWriting, requireSqliteVersion } from '../../../daemon/store/sqlite.ts';
import { isDiskFault, translateSqliteError } from '../../../daemon/store/sqlite-fault.ts';
import { codeOf, makeHome, openTestStore } from './fixtures.ts';

describe('a database that is opened again', () => {
  it.each([
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['foreign_keys', 1],
    ['trusted_schema', 0],
    ['cell_size_check', 1],
    ['secure_delete', 1],
    ['busy_timeout', 5_000],
    ['wal_autocheckpoint', 0],
    ['mmap_size', 0],
    ['application_id', 0x4d494e54],
    ['page_size', 8_192],
  ])('has %s = %s', async (pragma, value) => {
    const home = makeHome();
    (await openTestStore(home)).close();
    const database = openForWriting(join(home, 'mintmark.db'));
    expect(database.pragma(pragma, { simple: true })).toBe(value);
    database.close();
  });
});

describe('the SQLite version', () => {
  it.each(['3.51.3', '3.51.10', '3.52.0', '4.0.0'])('%s is accepted', (version) => {
    requireSqliteVersion(version);
  });

  it.each(['3.51.2', '3.50.99', '3.7.0', '2.9.9', '', 'x'])('%j is refused', async (version) => {
    expect(await codeOf(() => requireSqliteVersion(version))).toBe('sqlite_too_old');
  });
});

describe('an error of SQLite', () => {
  it.each([
    ['SQLITE_FULL', 'storage_full'],
    ['SQLITE_IOERR_SHMSIZE', 'storage_full'],
    ['SQLITE_READONLY', 'storage_readonly'],
    ['SQLITE_READONLY_DIRECTORY', 'storage_readonly'],
    ['SQLITE_READONLY_DBMOVED', 'database_unavailable'],
    ['SQLITE_BUSY', 'database_busy'],
    ['SQLITE_BUSY_SNAPSHOT', 'database_busy'],
    ['SQLITE_CORRUPT_INDEX', 'database_corrupt'],
    ['SQLITE_NOTADB', 'database_corrupt'],
    ['SQLITE_CANTOPEN', 'database_unavailable'],
    ['SQLITE_IOERR_FSYNC', 'database_unavailable'],
    ['SQLITE_CONSTRAINT_FOREIGNKEY', 'internal'],
    ['SQLITE_ERROR', 'internal'],
  ])('%s is seen as %s', (code, expected) => {
    const cause = new Database.SqliteError('words', code);
    expect(translateSqliteError(cause)).toMatchObject({ code: expected, cause });
  });

  it.each([
    ['SQLITE_IOERR_FSYNC', true],
    ['SQLITE_IOERR_WRITE', true],
    ['SQLITE_IOERR_SHMSIZE', false],
    ['SQLITE_FULL', false],
  ])('%s is a fault of the disk itself: %s', (code, expected) => {
    expect(isDiskFault(translateSqliteError(new Database.SqliteError('words', code)))).toBe(expected);
  });

  it('is left alone when it is none of SQLite', () => {
    const error = new MintmarkError('internal');
    expect(translateSqliteError(error)).toBe(error);
  });
});

it.each([
  ['linux', 'x64', false, 'linux-x64.node'],
  ['linux', 'arm64', true, 'linuxmusl-arm64.node'],
  ['darwin', 'arm64', false, 'darwin-arm64.node'],
  ['win32', 'x64', false, 'win32-x64.node'],
] as const)('the native binding of %s %s (musl: %s) is %s', (platform, arch, musl, expected) => {
  expect(nameNativeBinding(platform, arch, musl)).toBe(expected);
});
