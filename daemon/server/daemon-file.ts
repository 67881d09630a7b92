import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type DaemonFile, readDaemonFile } from '../client/daemon-file.ts';
import { readPrivateFile } from '../client/private-file.ts';
import { writeFileDurably } from '../store/durable-file.ts';
import { STATE_FILES } from '../store/state-directory.ts';

/** Writes `daemon.json` (CONTRACT §1) for the owner alone, whole or not at all. */
export function writeDaemonFile(home: string, content: DaemonFile): void {
  writeFileDurably(join(home, STATE_FILES.daemon), `${JSON.stringify(content, null, 2)}\n`);
}

/**
 * Writes down where this home's issuers are, for the time when no daemon runs: whoever answers there then is not ours.
 * It is nearly always there already, and a start has no time for two more fsyncs.
 */
export function rememberBaseUrl(home: string, baseUrl: string): void {
  const path = join(home, STATE_FILES.baseUrl);
  if (readPrivateFile(path) !== baseUrl) writeFileDurably(path, baseUrl);
}

/** Removes it, unless another daemon has written its own there since. */
export function removeDaemonFile(home: string, controlToken: string): void {
  try {
    if (readDaemonFile(home)?.controlToken === controlToken) rmSync(join(home, STATE_FILES.daemon), { force: true });
  } catch {
    // Unreadable or replaced: it is not ours to remove, and without a daemon its proof fails.
  }
}
