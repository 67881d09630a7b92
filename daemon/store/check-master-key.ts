import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { MintmarkError } from '../problem.ts';
import { type DatabaseState, readDatabaseState } from './database-state.ts';
import type { MasterKeyRing } from './master-key.ts';
import { openMasterKeyRing, readMasterKeyFile } from './master-key-file.ts';
import { openForReading } from './sqlite.ts';
import { guardSqlite } from './sqlite-fault.ts';
import { STATE_FILES } from './state-directory.ts';
import { requireCheck } from './vault.ts';

export interface MasterKeyReport {
  readonly ring: MasterKeyRing;
  readonly bytes: number;
  /** false where there is no database yet, or none that says anything of its master key. */
  readonly opensDatabase: boolean;
}

/**
 * Opens `master.key` and holds it against the database, as a start does, also beside a running daemon. Changes nothing;
 * the caller still owns (and wipes) `passphrase`.
 *
 * @returns null when there is no such file
 * @throws MintmarkError `passphrase_required`; `master_key_wrong` when it is damaged, sealed with another passphrase or
 *   of another database
 */
export async function checkMasterKey(directory: string, passphrase?: Buffer): Promise<MasterKeyReport | null> {
  const file = await readMasterKeyFile(directory, passphrase);
  if (file === null) return null;
  const ring = openMasterKeyRing(directory, file);
  const { size } = lstatSync(join(directory, STATE_FILES.masterKey));
  const state = readState(join(directory, STATE_FILES.database));
  if (!state?.check) return { ring, bytes: size, opensDatabase: false };
  requireCheck(ring, state.check, state.kekIds);
  return { ring, bytes: size, opensDatabase: true };
}

/** What is wrong with the database itself is not this check's business. */
function readState(path: string): DatabaseState | null {
  if (!existsSync(path)) return null;
  try {
    return guardSqlite(() => {
      const database = openForReading(path);
      try {
        return readDatabaseState(database);
      } finally {
        database.close();
      }
    });
  } catch (error) {
    if (error instanceof MintmarkError) return null;
    throw error;
  }
}
