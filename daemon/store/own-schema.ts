import { MintmarkError } from '../problem.ts';
import { MIGRATIONS, migrateDatabase } from './migrations.ts';
import { type Connection, openForWriting } from './sqlite.ts';

/** The one word of the schema that differs between databases. */
const INSTANCE = /^(CREATE VIEW instance AS SELECT ')[0-9a-f-]{36}(' AS id)$/;

/**
 * Refuses a database whose schema is not, word for word, what our migrations make of an empty one: a trigger of
 * somebody else's would undo what we write, a view would answer what it likes (sqlite.org/security.html).
 *
 * @throws MintmarkError `database_corrupt`
 */
export function requireOwnSchema(database: Connection, version: number): void {
  const model = openForWriting(':memory:');
  try {
    migrateDatabase(model, null, MIGRATIONS.slice(0, version));
    if (describeSchema(model) !== describeSchema(database)) {
      throw new MintmarkError('database_corrupt', 'The schema of the database was altered by another program');
    }
  } finally {
    model.close();
  }
}

/** Reads the schema's own table only: nothing in it is evaluated. */
function describeSchema(database: Connection): string {
  const rows = database
    .prepare<[], { type: string; name: string; tbl_name: string; sql: string | null }>(
      'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name',
    )
    .all();
  return JSON.stringify(rows.map((row) => ({ ...row, sql: row.sql?.replace(INSTANCE, '$1$2') })));
}
