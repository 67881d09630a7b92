import { MintmarkError } from '../problem.ts';
import type { Connection } from './sqlite.ts';
import { guardSqlite, isDiskFault, translateSqliteError } from './sqlite-fault.ts';

/** What happens around every transaction. */
export interface TransactionHooks {
  /** Throws when the database must not be written now. */
  readonly beforeBegin: () => void;
  /** Inside of each outermost transaction, before its work. */
  readonly afterBegin: () => void;
  /** A rollback took everything back that was written since `mark`, the answer of `mark()` at that time. */
  readonly mark: () => number;
  readonly takeBack: (mark: number) => void;
  readonly afterCommit: () => void;
}

export interface Transactions {
  transaction<T>(work: () => T): T;
  readonly writeFault: () => string | null;
}

/**
 * The one door for writes. An inner call is a savepoint of the outer transaction: when it throws and the outer one goes
 * on, nothing of it stays.
 */
export function createTransactions(database: Connection, hooks: TransactionHooks): Transactions {
  const statement = (sql: string) => database.prepare(sql);
  const outer = { begin: statement('BEGIN IMMEDIATE'), end: statement('COMMIT'), undo: statement('ROLLBACK') };
  const inner = {
    begin: statement('SAVEPOINT inner_work'),
    end: statement('RELEASE inner_work'),
    undo: statement('ROLLBACK TO inner_work'),
  };
  let depth = 0;
  let fault: MintmarkError | null = null;
  let stopped = false;

  function runInner<T>(work: () => T): T {
    // SQLite ends the whole transaction by itself on some errors (a full disk, a failing one): what follows in the
    // same outer call must not start another.
    if (!database.inTransaction) throw fault ?? new MintmarkError('internal', 'The transaction has already ended');
    const mark = hooks.mark();
    inner.begin.run();
    try {
      const result = work();
      refusePromise(result);
      inner.end.run();
      return result;
    } catch (error) {
      hooks.takeBack(mark);
      if (database.inTransaction) {
        inner.undo.run();
        inner.end.run();
      } else {
        noteFault(error);
      }
      throw error;
    }
  }

  function runOuter<T>(work: () => T): T {
    if (!database.open) throw new MintmarkError('stopping');
    if (stopped) throw fault ?? new MintmarkError('database_unavailable');
    const mark = hooks.mark();
    let result: T;
    try {
      hooks.beforeBegin();
      outer.begin.run();
      hooks.afterBegin();
      result = work();
      refusePromise(result);
      if (!database.inTransaction) throw fault ?? new MintmarkError('internal', 'The transaction has already ended');
      outer.end.run();
    } catch (error) {
      const seen = translateSqliteError(error);
      noteFault(seen);
      hooks.takeBack(mark);
      if (database.inTransaction) guardSqlite(() => outer.undo.run());
      throw seen;
    }
    fault = null;
    return result;
  }

  function noteFault(error: unknown): void {
    const seen = translateSqliteError(error);
    if (!(seen instanceof MintmarkError)) return;
    const isOfStorage = /^(storage|database)_/.test(seen.code);
    if (isOfStorage) fault = seen;
    if (isDiskFault(seen)) stopped = true;
  }

  return {
    transaction(work) {
      const isOuter = depth === 0;
      depth += 1;
      let result: ReturnType<typeof work>;
      try {
        result = isOuter ? runOuter(work) : runInner(work);
      } finally {
        depth -= 1;
      }
      if (isOuter) hooks.afterCommit();
      return result;
    },
    writeFault: () => fault?.message ?? null,
  };
}

/** An async work would go on after its COMMIT, outside of any transaction. */
function refusePromise(result: unknown): void {
  if (result instanceof Promise) throw new MintmarkError('internal', 'A transaction cannot wait');
}
