import { showSafely } from '../../token/safe-text.ts';

/** A command of ours as one can type it, for the state directory that this one was told. */
export function nameCommand(command: string, home: string | undefined): string {
  if (home === undefined) return `mintmark ${command}`;
  return `mintmark ${command} --home ${quoteArgument(home)}`;
}

/** One argument as a shell reads it, such as a path; what does not show as itself is shown as its name. */
export function quoteArgument(text: string): string {
  return /^[\w./~+-]+$/.test(text) ? text : `'${showSafely(text).replaceAll("'", "'\\''")}'`;
}
