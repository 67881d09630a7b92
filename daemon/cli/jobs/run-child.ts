import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { MintmarkError } from '../../problem.ts';
import { readSystemCode } from '../../store/file-fault.ts';
import { quoteText } from '../../token/quote.ts';

/** Signals that are meant for the command; those of a terminal's keys it gets from the terminal. */
const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
const OF_KEYS = ['SIGINT', 'SIGQUIT'] as const;

/** What env(1) and every shell end with (POSIX, Shell Command Language §2.8.2). */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

export interface Foreground {
  /**
   * Runs a command in this process's place: same terminal, same process group, no shell. Not after a signal: it would
   * never hear of it.
   *
   * @returns its exit code; 128 and the signal's number when a signal ended it, or came before it; 126 or 127 when it
   *   cannot be run
   */
  run(command: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<number>;
  /** Signals are this process's own again. */
  release(): void;
}

/**
 * Takes the signals of this process, so that what a run leaves behind is cleared away however it ends: they end the
 * command, and the command's end ends us.
 */
export function takeForeground(tell: (line: string) => void): Foreground {
  let child: ChildProcess | null = null;
  let first: NodeJS.Signals | null = null;
  const handlers = [...FORWARDED, ...OF_KEYS].filter(isKnownHere).map((signal) => {
    const handle = (): void => {
      first ??= signal;
      const hasItAlready = OF_KEYS.some((key) => key === signal) && isForeground();
      if (!hasItAlready) child?.kill(signal);
    };
    process.on(signal, handle);
    return [signal, handle] as const;
  });

  return {
    run: ([file = '', ...args], env) =>
      new Promise((resolve) => {
        const fail = (error: unknown): void => {
          const code = readSystemCode(error) ?? 'no reason given';
          const isMissing = code === 'ENOENT';
          tell(`mintmark: ${quoteText(file)} ${isMissing ? 'is not found' : `cannot be run (${code})`}`);
          resolve(isMissing ? NOT_FOUND : NOT_EXECUTABLE);
        };
        if (first !== null) {
          resolve(toExitCode(first));
          return;
        }
        try {
          child = spawn(file, args, { env, stdio: 'inherit' });
        } catch (error) {
          // Arguments that are too long, for one, are refused before there is a child.
          fail(error);
          return;
        }
        const { pid } = child;
        // That one of another user, as sudo's, cannot be sent a signal is an error too, but it runs on.
        child.on('error', (error) => {
          if (pid === undefined) fail(error);
        });
        child.once('exit', (code, signal) => resolve(code ?? toExitCode(signal)));
      }),
    release() {
      for (const [signal, handle] of handlers) process.off(signal, handle);
    },
  };
}

/** Windows has only some. */
function isKnownHere(signal: NodeJS.Signals): boolean {
  return process.platform !== 'win32' || !['SIGUSR1', 'SIGUSR2', 'SIGQUIT'].includes(signal);
}

function toExitCode(signal: NodeJS.Signals | null): number {
  if (signal === null) throw new MintmarkError('internal', 'A command ended without a code');
  return 128 + constants.signals[signal];
}

/**
 * Is this process group the one that a terminal sends its keys' signals to? Linux says so, wherever the standard
 * streams lead (proc_pid_stat(5): pgrp and tpgid, the third and sixth field after the name); elsewhere a stream that is
 * a terminal is a good sign.
 */
function isForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return stat[2] === stat[5];
  } catch {
    return [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
  }
}
