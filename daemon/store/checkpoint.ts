import {
  type CheckpointOrder,
  type CheckpointOutcome,
  type CheckpointThread,
  startCheckpointThread,
} from './checkpoint-thread.ts';
import type { Connection } from './sqlite.ts';

/** From this much uncopied log on a thread of its own copies it into the database, bytes. */
const COPY_FROM_BYTES = 4 * 1024 * 1024;
/** From this much log on writers are held up for a moment so that it starts over, bytes. */
const RESTART_FROM_BYTES = 64 * 1024 * 1024;
/** Asking SQLite how long the log is costs microseconds, but not none. */
const COMMITS_PER_LOOK = 16;
/** Where no thread can be had: SQLite's own way, in the committing call, every so many pages (8 MB). */
const FALLBACK_PAGES = 1_000;

/** Nothing here throws: the commits are safe in the log, and what could not be copied is copied by the next try. */
export interface Checkpointer {
  /** Orders a copying when the log has grown enough. Never waits. */
  afterCommit(): void;
  /** Empties the log now, and with it what was deleted; left to the thread's turns while the log is long. */
  scrub(): void;
  /** Ends the thread and empties the log, for a clean stop. */
  close(): void;
}

/**
 * Checkpoints away from the loop: copying 4 MiB with its two fsyncs would stall it for tens of milliseconds. The thread
 * starts with the first need, so that an idle daemon does not pay its memory.
 */
export function createCheckpointer(database: Connection, path: string): Checkpointer {
  const pageSize = Number(database.pragma('page_size', { simple: true }));
  let commits = 0;
  let thread: CheckpointThread | null = null;
  let underWay: { mode: CheckpointOrder; logBytes: number } | null = null;
  let isClosed = false;
  let restartFrom = RESTART_FROM_BYTES;

  function order(mode: 'PASSIVE' | 'RESTART', logBytes: number): void {
    underWay = { mode, logBytes };
    thread ??= startCheckpointThread(path, finishOrder, fallBack);
    if (thread === null) fallBack();
    else thread.order(mode);
  }

  function finishOrder(outcome: CheckpointOutcome): void {
    // A reader that stays (a backup, another program) must not hold every writer up again and again.
    if (underWay?.mode === 'RESTART') restartFrom = RESTART_FROM_BYTES + (outcome === 'done' ? 0 : underWay.logBytes);
    underWay = null;
  }

  function fallBack(): void {
    thread = null;
    underWay = null;
    if (!isClosed) attempt(`wal_autocheckpoint = ${FALLBACK_PAGES}`);
  }

  /** What the log holds, and how much of it is not in the database yet, bytes. NOOP only reports. */
  function measureLog(): { all: number; uncopied: number } {
    const { log, checkpointed } = readCounts(attempt('wal_checkpoint(NOOP)'));
    return { all: log * pageSize, uncopied: (log - checkpointed) * pageSize };
  }

  function attempt(pragma: string): unknown {
    try {
      return database.pragma(pragma);
    } catch {
      return [];
    }
  }

  return {
    afterCommit() {
      commits += 1;
      if (underWay !== null || commits % COMMITS_PER_LOOK !== 0) return;
      const { all, uncopied } = measureLog();
      if (all >= restartFrom) order('RESTART', all);
      else if (uncopied >= COPY_FROM_BYTES) order('PASSIVE', all);
    },
    scrub() {
      if (underWay === null && measureLog().all < COPY_FROM_BYTES) attempt('wal_checkpoint(TRUNCATE)');
    },
    close() {
      isClosed = true;
      thread?.order('END');
      attempt('wal_checkpoint(TRUNCATE)');
    },
  };
}

/** `PRAGMA wal_checkpoint` answers one row: busy, frames in the log, frames copied. */
function readCounts(rows: unknown): { log: number; checkpointed: number } {
  const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
  if (typeof row !== 'object' || row === null || !('log' in row) || !('checkpointed' in row)) {
    return { log: 0, checkpointed: 0 };
  }
  return { log: Number(row.log), checkpointed: Number(row.checkpointed) };
}
