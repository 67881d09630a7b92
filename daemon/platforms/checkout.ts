import type { RunGrant } from './platform.ts';

/**
 * The variable in which a platform names the directory that the repository was cloned to: a script that has a path below
 * it would otherwise begin at the root of this machine. None where nobody said what the directory is.
 */
export function nameCheckout(
  variable: string,
  { workspace }: Pick<RunGrant, 'workspace'>,
): Readonly<Record<string, string>> {
  return workspace === undefined ? {} : { [variable]: workspace };
}
