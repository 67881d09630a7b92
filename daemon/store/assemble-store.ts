import { statSync } from 'node:fs';
import { MintmarkError } from '../problem.ts';
import { type Checkpointer, createCheckpointer } from './checkpoint.ts';
import { createEventLog } from './event-repository.ts';
import { createGroupCommit } from './group-commit.ts';
import { createIssuerMoveRepository } from './issuer-move-repository.ts';
import { createIssuerRepository } from './issuer-repository.ts';
import { createKeyRepository } from './key-repository.ts';
import type { MasterKeyRing } from './master-key.ts';
import { createMetaTable } from './meta-table.ts';
import { createRowMac } from './row-mac.ts';
import { createRunRepository } from './run-repository.ts';
import { type Connection, openForReading } from './sqlite.ts';
import { DATABASE_MOVED } from './sqlite-fault.ts';
import type { Store } from './store.ts';
import { createTokenRepository } from './token-repository.ts';
import { createTransactions } from './transactions.ts';
import { createVault, makeCheck } from './vault.ts';

export interface StoreParts {
  readonly database: Connection;
  readonly ring: MasterKeyRing;
  /** Of the database file; null in memory. */
  readonly path: string | null;
  readonly nowMs: number;
  readonly isLogMissing: boolean;
}

/**
 * Puts a migrated database and its master key together. Nothing is written before the first transaction, but what a
 * first start or a lost log calls for: a start should not wait for the disk.
 */
export function assembleStore({ database, ring, path, nowMs, isLogMissing }: StoreParts): Store {
  const checkpointer = path === null ? null : createCheckpointer(database, path);
  const meta = createMetaTable(database);
  const log = createEventLog(database);
  const wasLeftOpen = !meta.readClosed();
  let isMarkedOpen = false;
  let scrubs = false;
  const { transaction, writeFault } = createTransactions(database, {
    beforeBegin: path === null ? () => {} : watchPlace(path),
    afterBegin() {
      scrubs = !isMarkedOpen;
      if (!isMarkedOpen) meta.writeClosed(false);
    },
    mark: log.countPending,
    takeBack: log.takeBack,
    afterCommit() {
      isMarkedOpen = true;
      // The mark belongs into the file itself: there it still says so when the log is gone (`isLogMissing`).
      if (scrubs) checkpointer?.scrub();
      else checkpointer?.afterCommit();
      log.tellPending();
    },
  });
  const rowMac = createRowMac(ring);
  const keys = createKeyRepository(database, rowMac, () => {
    scrubs = true;
  });
  const runs = createRunRepository(database, rowMac);
  const commits = createGroupCommit(transaction);
  if (meta.readCheck() === null) transaction(() => meta.writeCheck(makeCheck(ring)));
  if (isLogMissing) {
    const event = { at: nowMs, name: 'database.log_missing', issuerId: null, subject: null, detail: {} };
    transaction(() => log.repository.append(event));
  }

  return {
    instance: meta.readInstance(),
    issuers: createIssuerRepository(database),
    moves: createIssuerMoveRepository(database),
    keys,
    tokens: createTokenRepository(database),
    runs,
    events: log.repository,
    vault: createVault({ ring, keys, runs, meta, transaction, scrub: () => checkpointer?.scrub() }),
    commits,
    transaction,
    writeFault,
    close() {
      if (!database.open) return;
      commits.flush();
      closeDatabase({ database, checkpointer, path }, () => {
        // A run that recovered what a crash left and wrote nothing itself closes it all the same.
        if (isMarkedOpen || wasLeftOpen) transaction(() => meta.writeClosed(true));
      });
    },
  };
}

/** A file that was moved or deleted can still be written through its handle, and nobody would ever read it again. */
function watchPlace(path: string): () => void {
  const place = statSync(path, { bigint: true });
  return () => {
    const now = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (now === undefined || now.ino !== place.ino || now.dev !== place.dev) {
      throw new MintmarkError('database_unavailable', DATABASE_MOVED);
    }
  };
}

interface OpenFile {
  readonly database: Connection;
  readonly checkpointer: Checkpointer | null;
  readonly path: string | null;
}

/** A disk that cannot be written any more must not keep the daemon from ending: the next start then recovers. */
function closeDatabase({ database, checkpointer, path }: OpenFile, markClosed: () => void): void {
  let reader: Connection | null = null;
  try {
    if (checkpointer !== null) {
      markClosed();
      checkpointer.close();
    }
  } catch (error) {
    if (!(error instanceof MintmarkError)) throw error;
    reader = path === null ? null : openReader(path);
  } finally {
    database.close();
    reader?.close();
  }
}

/**
 * Closed last, it leaves the log as a crash would, for the next start to read with its checksums. A writer would copy
 * it into the database unread and remove it, which that start reports as a loss.
 */
function openReader(path: string): Connection | null {
  try {
    const reader = openForReading(path);
    // Only now has it the file.
    reader.pragma('schema_version');
    return reader;
  } catch {
    // What cannot be read is not copied either.
    return null;
  }
}
