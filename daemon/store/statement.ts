import { MintmarkError } from '../problem.ts';
import type { Connection } from './sqlite.ts';
import { guardSqlite } from './sqlite-fault.ts';

/** A prepared statement whose failures are MintmarkErrors. */
export interface Query<P extends unknown[], R> {
  get(...parameters: P): R | undefined;
  all(...parameters: P): R[];
}

export interface Command<P extends unknown[]> {
  /** Must run inside a transaction of the store. */
  run(...parameters: P): { changes: number; rowId: number };
}

export function prepareQuery<P extends unknown[], R>(database: Connection, sql: string): Query<P, R> {
  const statement = guardSqlite(() => database.prepare<P, R>(sql));
  return {
    get: (...parameters) => guardSqlite(() => statement.get(...parameters)),
    all: (...parameters) => guardSqlite(() => statement.all(...parameters)),
  };
}

export function prepareCommand<P extends unknown[]>(database: Connection, sql: string): Command<P> {
  const statement = guardSqlite(() => database.prepare<P>(sql));
  return {
    run(...parameters) {
      // On its own it would commit without the events and the fault handling that belong to every commit.
      if (!database.inTransaction) throw new MintmarkError('internal', 'A write outside of a transaction');
      const { changes, lastInsertRowid } = guardSqlite(() => statement.run(...parameters));
      return { changes, rowId: Number(lastInsertRowid) };
    },
  };
}
