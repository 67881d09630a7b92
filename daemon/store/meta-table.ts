import type { WrappedKey } from './rows.ts';
import type { Connection } from './sqlite.ts';
import { prepareCommand, prepareQuery } from './statement.ts';

/** Single facts about the database itself. */
export interface MetaTable {
  readInstance(): string;
  /** Was the database closed by us since it was last opened for writing? */
  readClosed(): boolean;
  writeClosed(closed: boolean): void;
  readCheck(): WrappedKey | null;
  writeCheck(check: WrappedKey): void;
}

/** The rows of that table, by name; undefined: there is none of this name. */
export interface Facts {
  read(name: string): unknown;
  write(name: string, value: string | number | Buffer): void;
}

/** Prepares one statement for reading and one for writing them. */
export function openFacts(database: Connection): Facts {
  const select = prepareQuery<[string], { value: unknown }>(database, 'SELECT value FROM meta WHERE name = ?');
  const upsert = prepareCommand<[string, string | number | Buffer]>(
    database,
    'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    read: (name) => select.get(name)?.value,
    write: (name, value) => void upsert.run(name, value),
  };
}

/** Opens the table of a migrated database. Its methods throw what `statement.ts` says. */
export function createMetaTable(database: Connection): MetaTable {
  const { read, write } = openFacts(database);
  const instance = prepareQuery<[], { id: string }>(database, 'SELECT id FROM instance');

  return {
    readInstance: () => instance.get()?.id ?? '',
    readClosed: () => read('closed') !== 0,
    writeClosed: (closed) => write('closed', closed ? 1 : 0),
    readCheck() {
      const kekId = read('check_kek_id');
      const sealed = read('check_sealed');
      return typeof kekId === 'string' && Buffer.isBuffer(sealed) ? { kekId, sealed } : null;
    },
    writeCheck({ kekId, sealed }) {
      write('check_kek_id', kekId);
      write('check_sealed', sealed);
    },
  };
}

/** Notes in a database that nobody uses that it is whole without a log. */
export function markClosed(database: Connection): void {
  database.exec("UPDATE meta SET value = 1 WHERE name = 'closed'");
}
