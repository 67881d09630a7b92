import { readFileSync, readlinkSync } from 'node:fs';
import { readSystemCode } from '../../store/file-fault.ts';

/** What tells a process from another one of its number, as far as the system says: Linux does. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The namespace that the number is of (pid_namespaces(7)). */
  readonly namespace: string | null;
  /** When it started, clock ticks since the machine did: a number is given again. */
  readonly startTicks: string | null;
}

/** Place of `starttime` after the name of the program, which may hold anything (proc_pid_stat(5)). */
const START_TICKS_AT = 19;

/** Identifies a process by its number in our own namespace. */
export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, namespace: readNamespace(), startTicks: readStartTicks(pid) };
}

/** Is it certain that it has ended? Nobody can tell of a process whose number is of another namespace. */
export function hasEnded({ pid, namespace, startTicks }: ProcessIdentity): boolean {
  if (namespace !== readNamespace()) return false;
  if (!isTaken(pid)) return true;
  const now = readStartTicks(pid);
  return startTicks !== null && now !== null && now !== startTicks;
}

function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return readSystemCode(error) !== 'ESRCH';
  }
}

function readNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}

function readStartTicks(pid: number): string | null {
  try {
    // Where /proc is of another namespace, its numbers are of others.
    if (readlinkSync('/proc/self') !== String(process.pid)) return null;
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TICKS_AT] ?? null;
  } catch {
    return null;
  }
}
