import { type CheckpointThread, startCheckpointThread } from './checkpoint-thread.ts';
import { BUSY_TIMEOUT_MS, type Connection } from './sqlite.ts';

/** From this much uncopied log on a thread of its own copies it into the database, bytes. */
const COPY_FROM_BYTES = 4 * 1024 * 1024;
/** From this length on the log starts over as soon as little of it is left to copy, bytes. */
const RESTART_FROM_BYTES = 32 * 1024 * 1024;
/** Asking SQLite how long the log is costs microseconds, but not none. */
const COMMITS_PER_LOOK = 16;
/** Longest that a stop waits for a copying under way or for another program's reading, ms. */
const CLOSE_TIMEOUT_MS = 1_000;
/** Where no thread can be had: SQLite's own way, in the committing call, every so many pages (8 MB). */
const FALLBACK_PAGES = 1_000;

/** Nothing here throws: the commits are safe in the log, and what could not be copied is copied by the next try. */
export interface Checkpointer {
  /** Orders a copying when the log has grown enough. Never waits. */
  afterCommit(): void;
  /** Empties the log, and with it what was deleted: now, or as soon as that takes but a moment. */
  scrub(): void;
  /** Ends the thread and empties the log, for a clean stop. */
  close(): void;
}

/**
 * Checkpoints away from the loop: copying much with its fsyncs would stall it. The thread starts with the first need,
 * so that an idle daemon does not pay its memory. Only the main thread, the one writer, makes the log start over, and
 * only when little is left to copy: from another thread it would have to fight for the write lock under load.
 */
export function createCheckpointer(database: Connection, path: string): Checkpointer {
  const pageSize = Number(database.pragma('page_size', { simple: true }));
  let commits = 0;
  let thread: CheckpointThread | null = null;
  let isCopying = false;
  let isThreadless = false;
  let isClosed = false;
  let wantsScrub = false;
  let restartFrom = RESTART_FROM_BYTES;

  function copyOnThread(): void {
    isCopying = true;
    thread ??= startCheckpointThread(
      path,
      () => {
        isCopying = false;
      },
      fallBack,
    );
    if (thread === null) fallBack();
    else thread.order('copy');
  }

  function fallBack(): void {
    thread = null;
    isCopying = false;
    isThreadless = true;
    if (!isClosed) attempt(`wal_autocheckpoint = ${FALLBACK_PAGES}`);
  }

  /** RESTART lets the log be written over, TRUNCATE empties it; both copy the rest first. */
  function restartLog(mode: 'RESTART' | 'TRUNCATE', timeoutMs: number): boolean {
    attempt(`busy_timeout = ${timeoutMs}`);
    const isDone = readRow(attempt(`wal_checkpoint(${mode})`)).busy === 0;
    attempt(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return isDone;
  }

  /** What the log holds, and how much of it is not in the database yet, bytes. NOOP only reports. */
  function measureLog(): { all: number; uncopied: number } {
    const { log, checkpointed } = readRow(attempt('wal_checkpoint(NOOP)'));
    return { all: log * pageSize, uncopied: (log - checkpointed) * pageSize };
  }

  function scrub(): void {
    wantsScrub = isCopying || measureLog().uncopied >= COPY_FROM_BYTES || !restartLog('TRUNCATE', 0);
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
      if (isCopying || commits % COMMITS_PER_LOOK !== 0) return;
      const { all, uncopied } = measureLog();
      if (uncopied >= COPY_FROM_BYTES && all < 2 * restartFrom && !isThreadless) copyOnThread();
      else if (wantsScrub) scrub();
      // A reader that stays (a backup, another program) must not hold the loop up: it is asked again much later.
      else if (all >= restartFrom) restartFrom = RESTART_FROM_BYTES + (restartLog('RESTART', 0) ? 0 : all);
    },
    scrub,
    close() {
      isClosed = true;
      thread?.order('end');
      restartLog('TRUNCATE', CLOSE_TIMEOUT_MS);
    },
  };
}

/** `PRAGMA wal_checkpoint` answers one row: was it hindered, frames in the log, frames copied. */
function readRow(rows: unknown): { busy: number; log: number; checkpointed: number } {
  const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
  if (typeof row !== 'object' || row === null || !('busy' in row && 'log' in row && 'checkpointed' in row)) {
    return { busy: 1, log: 0, checkpointed: 0 };
  }
  return { busy: Number(row.busy), log: Number(row.log), checkpointed: Number(row.checkpointed) };
}
