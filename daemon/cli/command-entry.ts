import type { Command } from 'commander';
import type { Session } from './session.ts';

/** Runs a command's work in a session; what it resolves with is the exit code. */
export type RunWork = (work: (session: Session) => Promise<number>) => Promise<void>;

/** Adds one command, with its options, help and action, to the program. */
export type AddCommand = (program: Command, run: RunWork) => void;

/** A line of the command table: the rest of a command is loaded only when it is the one that was called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<AddCommand>;
  /** `serve` ends by signals in its own way. */
  readonly handlesSignals?: true;
}

/** The examples at the end of a command's help. */
export function showExamples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ mintmark ${line}`).join('\n')}\n`;
}

/** For an option that may be given several times. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}
