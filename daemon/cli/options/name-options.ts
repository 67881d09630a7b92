import type { Command } from 'commander';
import { MintmarkError } from '../../problem.ts';

/**
 * Has every mistake in the value of an option of a command, or of one below it, say which option it is: the parsers of
 * values know the text alone.
 */
export function nameOptions(command: Command): void {
  for (const option of command.options) {
    const { parseArg: parse } = option;
    if (parse === undefined) continue;
    option.argParser((value, previous) => {
      try {
        return parse(value, previous);
      } catch (error) {
        if (!(error instanceof MintmarkError)) throw error;
        throw new MintmarkError(error.code, `${option.long}: ${error.message}`, { cause: error });
      }
    });
  }
  for (const child of command.commands) nameOptions(child);
}
