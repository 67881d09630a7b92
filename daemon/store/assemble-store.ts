import { statSync } from 'node:fs';
import { MintmarkError } from '../problem.ts';
import { type Checkpointer, createCheckpointer } from './checkpoint.ts';
import { createEventLog } from './event-repository.ts';
import { createGroupCommit } from './group-commit.ts';
import { createIssuerRepository } from './issuer-repository.ts';
import { createKeyRepository } from './key-repository.ts';
import type { MasterKeyRing } from './master-key.ts';
import { createMetaTable } from './meta-table.ts';
import type { Connection } from './sqlite.ts';
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

/** Puts a migrated database and its master key together. Marks the database as in use, which proves that it can be written. */
export function assembleStore({ database, ring, path, nowMs, isLogMissing }: StoreParts): Store {
  const checkpointer = path === null ? null : createCheckpointer(database, path);
  const log = createEventLog(database);
  let destroysKeys = false;
  const { transaction, writeFault } = createTransactions(database, {
    beforeBegin: path === null ? () => {} : watchPlace(path),
    mark: log.countPending,
    takeBack: log.takeBack,
    afterCommit() {
      if (destroysKeys) checkpointer?.scrub();
      else checkpointer?.afterCommit();
      destroysKeys = false;
      log.tellPending();
    },
  });
  const keys = createKeyRepository(database, () => {
    destroysKeys = true;
  });
  const meta = createMetaTable(database);
  const commits = createGroupCommit(transaction);
  transaction(() => {
    if (meta.readCheck() === null) meta.writeCheck(makeCheck(ring));
    if (isLogMissing) {
      log.repository.append({ at: nowMs, name: 'database.log_missing', issuerId: null, subject: null, detail: {} });
    }
    meta.writeClosed(path === null);
  });
  // In the file itself, not in its log: there it still says so when the log is gone (`isLogMissing`).
  checkpointer?.scrub();

  return {
    instance: meta.readInstance(),
    issuers: createIssuerRepository(database),
    keys,
    tokens: createTokenRepository(database),
    events: log.repository,
    vault: createVault({ ring, keys, meta, transaction, scrub: () => checkpointer?.scrub() }),
    commits,
    transaction,
    writeFault,
    close() {
      if (!database.open) return;
      commits.flush();
      closeDatabase(database, checkpointer, () => transaction(() => meta.writeClosed(true)));
    },
  };
}

/** A file that was moved or deleted can still be written through its handle, and nobody would ever read it again. */
function watchPlace(path: string): () => void {
  const place = statSync(path, { bigint: true });
  return () => {
    const now = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (now === undefined || now.ino !== place.ino || now.dev !== place.dev) {
      throw new MintmarkError('database_unavailable', 'mintmark.db was moved or deleted while it was in use');
    }
  };
}

/** A disk that cannot be written any more must not keep the daemon from ending: the next start then recovers. */
function closeDatabase(database: Connection, checkpointer: Checkpointer | null, markClosed: () => void): void {
  try {
    if (checkpointer !== null) {
      markClosed();
      checkpointer.close();
    }
  } catch (error) {
    if (!(error instanceof MintmarkError)) throw error;
  } finally {
    database.close();
  }
}
