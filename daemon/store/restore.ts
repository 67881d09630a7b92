import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MintmarkError } from '../problem.ts';
import { writeSnapshot } from './backup.ts';
import { type DatabaseState, readDatabaseState, requireSound } from './database-state.ts';
import { BESIDE_DATABASE, publishDurably, syncFile } from './durable-file.ts';
import { quotePath, readSystemCode, translateFileError } from './file-fault.ts';
import { inspectDatabase } from './inspect-database.ts';
import type { MasterKeyRing } from './master-key.ts';
import { openMasterKeyRing, readMasterKeyFile } from './master-key-file.ts';
import { markClosed } from './meta-table.ts';
import { migrateDatabase } from './migrations.ts';
import { nameReplaced } from './replaced-databases.ts';
import { type RowRules, requireRows } from './require-rows.ts';
import { createRowMac } from './row-mac.ts';
import { createRunRepository } from './run-repository.ts';
import { type Connection, openForReading, openForWriting, openSnapshot } from './sqlite.ts';
import { guardSqlite } from './sqlite-fault.ts';
import { openStateDirectory, STATE_FILES } from './state-directory.ts';
import { acquireStateLock } from './state-lock.ts';
import { requireCheck } from './vault.ts';

export interface RestoreOptions {
  /** Opens a sealed `master.key`. Wiped before the promise settles. */
  readonly passphrase?: Buffer;
  readonly requireIssuers: RowRules['requireIssuers'];
  /** Milliseconds since the epoch: part of the replaced database's new name. */
  readonly nowMs: number;
}

export interface RestoredDatabase {
  readonly instance: string;
  /** Where the replaced database lies now; null when there was none. */
  readonly replaced: string | null;
  /** Directories of the runs that are over with it. */
  readonly endedDirectories: readonly string[];
}

/**
 * Puts a backup in the place of the database while no daemon runs. Everything is checked first, above all that
 * `master.key` opens it, and that a daemon can start with it; an older schema is brought forward. What is replaced is
 * kept beside it. The runs that the backup knows as live are over.
 *
 * @param path of the state directory
 * @param source the backup; it is left as it is
 * @throws MintmarkError `state_locked`, `backup_invalid`, `database_newer`, `master_key_missing`, `master_key_wrong`,
 *   `passphrase_required`, `storage_full`, `storage_readonly`; nothing is then replaced
 */
export async function restoreDatabase(
  path: string,
  source: string,
  { passphrase, requireIssuers, nowMs }: RestoreOptions,
): Promise<RestoredDatabase> {
  try {
    const directory = openStateDirectory(path);
    const lock = acquireStateLock(directory);
    try {
      const backup = openBackup(source);
      try {
        const state = readBackup(backup);
        const ring = await requireMasterKey(directory, state, passphrase);
        return { instance: state.instance, ...replaceDatabase(directory, backup, { ring, requireIssuers }, nowMs) };
      } finally {
        backup.close();
      }
    } finally {
      lock.release();
    }
  } finally {
    passphrase?.fill(0);
  }
}

function openBackup(source: string): Connection {
  if (!existsSync(source)) throw new MintmarkError('file_unreadable', `${quotePath(source)} is not there`);
  // Opening a named pipe waits for whoever writes to it.
  if (!statSync(source).isFile()) throw new MintmarkError('file_unreadable', `${quotePath(source)} is no file`);
  return explainBackupFault(() => openForReading(source));
}

function readBackup(backup: Connection): DatabaseState {
  return explainBackupFault(() => {
    const state = readDatabaseState(backup);
    requireSound(backup, 'integrity_check');
    return state;
  });
}

async function requireMasterKey(directory: string, state: DatabaseState, passphrase?: Buffer): Promise<MasterKeyRing> {
  const file = await readMasterKeyFile(directory, passphrase);
  if (file === null) throw new MintmarkError('master_key_missing', 'The master.key of the backup must be there first');
  if (state.check === null) throw new MintmarkError('backup_invalid', 'The backup was never in use');
  const ring = openMasterKeyRing(directory, file);
  requireCheck(ring, state.check, state.kekIds);
  return ring;
}

/** What is restored starts a daemon, and every record of a key or a live run was written with this master key. */
function requireUsableRows(database: Connection, rules: OwnRules): void {
  try {
    requireRows(database, rules);
    const [altered] = createRunRepository(database, createRowMac(rules.ring)).altered();
    if (altered !== undefined) {
      throw new MintmarkError('database_corrupt', `The record of run ${altered} was altered by another program`);
    }
  } catch (error) {
    if (!(error instanceof MintmarkError) || error.code !== 'database_corrupt') throw error;
    throw new MintmarkError('backup_invalid', `The backup cannot be used. ${error.message}`, { cause: error });
  }
}

type OwnRules = RowRules & { readonly ring: MasterKeyRing };

/**
 * Makes of a snapshot of the backup what this version goes on with. Who ended a run took its secret back, and would not
 * learn that it works again: no run outlives a backup.
 *
 * @returns the directories of these runs
 */
function bringForward(snapshot: string, rules: OwnRules, nowMs: number): readonly string[] {
  const database = openSnapshot(snapshot);
  try {
    migrateDatabase(database, null);
    requireUsableRows(database, rules);
    const directories = guardSqlite(() => database.prepare<[], string>(LIVE_DIRECTORIES).pluck().all());
    guardSqlite(() => database.prepare("UPDATE runs SET ended_at = ?, mac = x'' WHERE ended_at IS NULL").run(nowMs));
    return directories;
  } finally {
    database.close();
  }
}

const LIVE_DIRECTORIES = 'SELECT directory FROM runs WHERE ended_at IS NULL';

function replaceDatabase(
  directory: string,
  backup: Connection,
  rules: OwnRules,
  nowMs: number,
): Omit<RestoredDatabase, 'instance'> {
  const path = join(directory, STATE_FILES.database);
  const aside = nameReplaced(path, nowMs);
  const isReplaced = existsSync(path);
  const moved: string[] = [];
  let endedDirectories: readonly string[] = [];
  try {
    publishDurably(path, (temporary) => {
      writeSnapshot(backup, temporary);
      endedDirectories = bringForward(temporary, rules, nowMs);
      // Nothing of what is there is changed before the backup is known to be good.
      foldLog(path);
      // While there is no database only names change: nothing is left to write that could fail or take long.
      syncFile(temporary);
      // A log must not stay: beside another database it would be taken for that one's. The database goes first, since
      // whoever is cut off then leaves none, which starts nothing; without its log it
      // would start with less than it had.
      for (const suffix of ['', ...BESIDE_DATABASE]) {
        if (!existsSync(path + suffix)) continue;
        renameSync(path + suffix, aside + suffix);
        moved.unshift(suffix);
      }
    });
  } catch (error) {
    for (const suffix of moved) renameSync(aside + suffix, path + suffix);
    throw translateFileError(error, 'The database cannot be replaced');
  }
  return { replaced: isReplaced ? aside : null, endedDirectories };
}

/**
 * Brings what a crash left in the log into the database: it is then one file, and goes aside in one step. One that is
 * damaged, or another's, is moved as it is.
 */
function foldLog(path: string): void {
  if (!existsSync(`${path}-wal`)) return;
  try {
    if (inspectDatabase(path) === null) return;
    const database = openForWriting(path);
    try {
      guardSqlite(() => markClosed(database));
    } finally {
      // The last connection takes the log with it.
      database.close();
    }
  } catch (error) {
    if (!(error instanceof MintmarkError) && readSystemCode(error) === undefined) throw error;
  }
}

function explainBackupFault<T>(call: () => T): T {
  try {
    return guardSqlite(call);
  } catch (error) {
    if (!(error instanceof MintmarkError) || error.code === 'database_newer') throw error;
    throw new MintmarkError('backup_invalid', `The backup cannot be used (${error.code})`, { cause: error });
  }
}
