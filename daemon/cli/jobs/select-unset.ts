import type { StartedRun } from '../../protocol/jobs.ts';

/**
 * The variables that a job is not to inherit, where a name that ends in `*` stands for
 * all of the caller's that begin so.
 */
export function selectUnset(
  { unset, variables }: Pick<StartedRun, 'unset' | 'variables'>,
  caller: Readonly<Record<string, string | undefined>>,
): string[] {
  const names = unset.flatMap((name) => {
    if (!name.endsWith('*')) return [name];
    return Object.keys(caller).filter((own) => own.startsWith(name.slice(0, -1)) && !Object.hasOwn(variables, own));
  });
  return [...new Set(names)];
}
