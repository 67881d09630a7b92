import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BESIDE_DATABASE } from './durable-file.ts';
import { STATE_FILES } from './state-directory.ts';

/** What a restore moved aside, with what lay beside it. */
export interface ReplacedDatabase {
  readonly path: string;
  /** Of all its files. */
  readonly bytes: number;
}

const PREFIX = `${STATE_FILES.database}.replaced-`;

/** Where a restore at `nowMs` (since the epoch) moves the database at `path`: the names sort as the times do. */
export function nameReplaced(path: string, nowMs: number): string {
  return `${path}.replaced-${new Date(nowMs).toISOString().replaceAll(/[-:.]/g, '')}`;
}

/** Lists what restores left in a state directory, the newest last; nothing removes them but their owner. */
export function listReplacedDatabases(directory: string): readonly ReplacedDatabase[] {
  const names = readdirSync(directory)
    .filter((name) => name.startsWith(PREFIX))
    .sort();
  return names
    .filter((name) => !BESIDE_DATABASE.some((suffix) => name.endsWith(suffix)))
    .map((name) => ({
      path: join(directory, name),
      bytes: ['', ...BESIDE_DATABASE].reduce(
        (sum, suffix) => sum + (lstatSync(join(directory, name + suffix), { throwIfNoEntry: false })?.size ?? 0),
        0,
      ),
    }));
}
