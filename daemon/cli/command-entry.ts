import type { AddHelpTextContext, Command } from 'commander';
import type { Session } from './session.ts';
import { wrapWords } from './terminal/wrap-words.ts';

/** Runs a command's work in a session; what it resolves with is the exit code. */
export type RunWork = (work: (session: Session) => Promise<number>) => Promise<void>;

/** Adds one command, with its options, help and action, to the program. */
export type AddCommand = (program: Command, run: RunWork) => void;

/** A line of the command table: the rest of a command is loaded only when it is the one that was called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<AddCommand>;
  /** It ends by signals in its own way. */
  readonly handlesSignals?: true;
  /** Its operands are another program's command line. */
  readonly runsCommand?: true;
  /** It has to clear away when its output cannot be written. */
  readonly handlesOutput?: true;
}

/** The examples at the end of a command's help. One that is too long for the terminal is broken as a shell has it. */
export function showExamples(...lines: readonly string[]): (context: AddHelpTextContext) => string {
  return ({ command }) => {
    const width = command.configureOutput().getOutHelpWidth?.() ?? Number.POSITIVE_INFINITY;
    const shown = lines.map((line) => wrapWords(`  $ mintmark ${line}`, width - 2, ' \\', '      '));
    return `\nExamples:\n${shown.join('\n')}\n`;
  };
}

/** For an option that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
