import { join } from 'node:path';
import { MintmarkError } from '../problem.ts';
import { createPrivateFile, removeTemporaries } from './durable-file.ts';
import { readSystemCode, translateFileError } from './file-fault.ts';
import { openForLocking } from './sqlite.ts';
import { translateSqliteError } from './sqlite-fault.ts';
import { STATE_FILES } from './state-directory.ts';

/** Holds the state directory for this process until released or until the process ends, however it ends. */
export interface StateLock {
  release(): void;
}

/** Two that start in the same instant may both find the other's momentary read lock: the wait lets one of them win. */
const ACQUIRE_TIMEOUT_MS = 250;

/**
 * Takes the lock of a state directory: SQLite's exclusive lock on an empty file of its own, that is the operating
 * system's (fcntl, LockFileEx), so that it dies with the process and no pid has to be believed. The file must not be
 * opened by other means in this process: closing such a handle would drop the lock (POSIX). Who has it is alone with
 * the files, and clears away what somebody before it was cut off from finishing.
 *
 * @throws MintmarkError `state_locked` when another daemon has it
 */
export function acquireStateLock(directory: string): StateLock {
  const path = join(directory, STATE_FILES.lock);
  ensureLockFile(path);
  const database = openForLocking(path, ACQUIRE_TIMEOUT_MS);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw explainLockFault(error);
  }
  removeTemporaries(directory, isStateFile);
  return { release: () => database.close() };
}

function isStateFile(name: string): boolean {
  return Object.values<string>(STATE_FILES).includes(name) || name.startsWith(`${STATE_FILES.database}.before-v`);
}

function ensureLockFile(path: string): void {
  try {
    createPrivateFile(path);
  } catch (error) {
    if (readSystemCode(error) !== 'EEXIST') throw translateFileError(error, 'The state lock cannot be created');
  }
}

function explainLockFault(error: unknown): unknown {
  const fault = translateSqliteError(error);
  if (!(fault instanceof MintmarkError)) return fault;
  if (fault.code === 'database_busy') return new MintmarkError('state_locked', undefined, { cause: error });
  return new MintmarkError(fault.code, 'The state lock cannot be taken', { cause: error });
}
