import { join } from 'node:path';
import { readPrivateFile } from './private-file.ts';

/** What a running daemon leaves in `daemon.json` for the clients of its own user (CONTRACT §1). */
export interface DaemonFile {
  readonly pid: number;
  readonly baseUrl: string;
  /** Where it listens on this machine, when the base URL is a public one. */
  readonly localPort?: number;
  readonly controlToken: string;
  readonly instance: string;
  readonly version: string;
  readonly startedAt: string;
}

const MEMBERS = ['baseUrl', 'controlToken', 'instance', 'version', 'startedAt'] as const;

/**
 * Reads `daemon.json` of a state directory; null when there is none, or when it is no such file (a crash may leave half
 * of anything). What it says is not believed until the daemon proves it (`proveDaemon`).
 *
 * @throws MintmarkError as `readPrivateFile` says.
 */
export function readDaemonFile(home: string): DaemonFile | null {
  const text = readPrivateFile(join(home, 'daemon.json'));
  return text === null ? null : parseDaemonFile(text);
}

function parseDaemonFile(text: string): DaemonFile | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isDaemonFile(value) ? value : null;
}

function isDaemonFile(value: unknown): value is DaemonFile {
  if (typeof value !== 'object' || value === null) return false;
  const members = value as Record<string, unknown>;
  const pid = members.pid;
  return (
    typeof pid === 'number' &&
    Number.isSafeInteger(pid) &&
    pid > 0 &&
    (members.localPort === undefined || typeof members.localPort === 'number') &&
    MEMBERS.every((name) => typeof members[name] === 'string')
  );
}
