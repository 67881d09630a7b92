import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { MintmarkError } from '../problem.ts';
import { assembleStore } from './assemble-store.ts';
import { BESIDE_DATABASE, publishDurably } from './durable-file.ts';
import { translateFileError } from './file-fault.ts';
import { inspectDatabase } from './inspect-database.ts';
import { createMasterKeyRing, generateMasterKey, type MasterKeyRing } from './master-key.ts';
import { openMasterKeyRing, prepareMasterKeyFile, readMasterKeyFile, writeMasterKeys } from './master-key-file.ts';
import { migrateDatabase } from './migrations.ts';
import { openForWriting } from './sqlite.ts';
import { guardSqlite } from './sqlite-fault.ts';
import { openStateDirectory, STATE_FILES } from './state-directory.ts';
import type { Store } from './store.ts';
import { requireCheck } from './vault.ts';

export interface OpenStoreOptions {
  readonly directory: string;
  /** Opens a sealed `master.key`, and seals one that is not. Wiped before the promise settles. */
  readonly passphrase?: Buffer;
  /** Milliseconds since the epoch: dates what is made at this opening. */
  readonly nowMs: number;
}

/**
 * Opens the store of a state directory, creating or migrating it where that is due. The caller holds its state lock.
 * Whatever is wrong is found before the first write: a refused directory is left as it was.
 *
 * @throws MintmarkError `state_insecure`, `state_missing`, `database_newer`, `database_foreign`, `database_corrupt`,
 *   `master_key_missing`, `master_key_wrong`, `passphrase_required`, `sqlite_too_old`, `storage_full`,
 *   `storage_readonly`, `database_unavailable`
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  try {
    return await openDirectory(options);
  } finally {
    options.passphrase?.fill(0);
  }
}

async function openDirectory({ directory: path, passphrase, nowMs }: OpenStoreOptions): Promise<Store> {
  const directory = openStateDirectory(path);
  const databasePath = join(directory, STATE_FILES.database);
  const found = inspectDatabase(databasePath);
  const keyFile = await readMasterKeyFile(directory, passphrase);
  if (found === null && keyFile !== null) throw refuseMissing();
  if (found !== null && found.check !== null && keyFile === null) throw new MintmarkError('master_key_missing');
  const keys = keyFile ?? (await prepareMasterKeyFile(nowMs, passphrase));
  const ring = openMasterKeyRing(directory, keys);
  if (found?.check) requireCheck(ring, found.check, found.kekIds);

  if (found === null) createDatabase(databasePath);
  const database = openForWriting(databasePath);
  try {
    migrateDatabase(database, { directory });
    // The master key comes after a database that is there for good: one without the other is never taken for new.
    if (keys.needsWriting) writeMasterKeys(directory, keys.keys, keys.passphraseKey);
    return assembleStore({ database, ring, path: databasePath, nowMs, isLogMissing: found?.isLogMissing ?? false });
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A store that nothing outlives, for `serve --ephemeral` and tests. @param nowMs since the epoch */
export function openMemoryStore(nowMs: number): Store {
  const database = openForWriting(':memory:');
  migrateDatabase(database, null);
  const ring: MasterKeyRing = createMasterKeyRing([generateMasterKey(nowMs)], () => {});
  return assembleStore({ database, ring, path: null, nowMs, isLogMissing: false });
}

/** A first start makes the database under another name: cut off, however early, it leaves none, never half of one. */
function createDatabase(path: string): void {
  try {
    publishDurably(path, (temporary) => {
      const database = openForWriting(temporary);
      try {
        migrateDatabase(database, null);
        // Closing does this, too, but says nothing where the disk is full, and the log would be lost with its name.
        guardSqlite(() => database.pragma('wal_checkpoint(TRUNCATE)'));
      } finally {
        database.close();
      }
      // They belong to a file without a schema, and would be taken for this one's.
      for (const suffix of BESIDE_DATABASE) rmSync(path + suffix, { force: true });
    });
  } catch (error) {
    throw translateFileError(error, 'mintmark.db cannot be created');
  }
}

function refuseMissing(): MintmarkError {
  return new MintmarkError(
    'state_missing',
    'mintmark.db is missing or empty but master.key is there: put a backup back with `mintmark restore`, or move ' +
      'master.key away to begin anew. Nothing was changed',
  );
}
