import { showSafely } from '../token/safe-text.ts';

/** A command of ours as one can type it, for the state directory that this one was told. */
export function nameCommand(command: string, home: string | undefined): string {
  if (home === undefined) return `mintmark ${command}`;
  const quoted = /^[\w./~+-]+$/.test(home) ? home : `'${showSafely(home).replaceAll("'", "'\\''")}'`;
  return `mintmark ${command} --home ${quoted}`;
}
