import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Processes of this machine whose command line fits; empty where the system does not tell (not Linux). */
export function listProcesses(fits: (command: string, pid: number) => boolean): { pid: number; command: string }[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), command: readCommand(name) }))
    .filter(({ pid, command }) => command !== '' && fits(command, pid));
}

/** A process may end while it is being looked at. */
function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
