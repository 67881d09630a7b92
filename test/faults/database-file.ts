import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

const PARTS = ['', '-wal'];

/**
 * Lets `read` look at a copy of the database and its write-ahead log as they lie on the disk, so that looking neither
 * recovers nor checkpoints the original.
 */
export function readCopy<T>(home: string, read: (database: Database.Database) => T, change?: (wal: string) => void): T {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-copy-'));
  try {
    const copy = join(directory, 'mintmark.db');
    for (const part of PARTS) {
      const original = join(home, `mintmark.db${part}`);
      if (existsSync(original)) copyFileSync(original, copy + part);
    }
    change?.(`${copy}-wal`);
    const database = new Database(copy);
    try {
      return read(database);
    } finally {
      database.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** `ok`, or what SQLite finds wrong. */
export function checkIntegrity(database: Database.Database): string {
  return String(database.pragma('integrity_check', { simple: true }));
}

/** Every jti in the database, oldest first, whatever the table is called. */
export function listTokens(database: Database.Database): string[] {
  const tables = database
    .prepare<[], { name: string }>(
      `SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'jti'`,
    )
    .all();
  const [table] = tables;
  if (!table || tables.length > 1) throw new Error(`tables with a jti: ${tables.map(({ name }) => name).join(', ')}`);
  return database
    .prepare<[], { jti: string }>(`SELECT jti FROM "${table.name}" ORDER BY rowid`)
    .all()
    .map((row) => row.jti);
}
