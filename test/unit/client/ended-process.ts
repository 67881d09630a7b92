import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestDaemon } from '../server/setup.ts';

/** The id of a process that has ended. */
export const endedPid = (): number => spawnSync(process.execPath, ['--version']).pid;

/**
 * Whoever stops a daemon waits for its process. That of a daemon of a test goes on; one that has ended stands for it.
 */
export function seemOwnProcess({ home, file }: TestDaemon): void {
  writeFileSync(join(home, 'daemon.json'), JSON.stringify({ ...file, pid: endedPid() }));
}
