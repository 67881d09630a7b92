import type { JobDescription } from '../../protocol/jobs.ts';
import type { MintedToken } from '../../protocol/resources.ts';
import { showSafely } from '../../token/safe-text.ts';
import type { Session } from '../session.ts';

/** What nobody knows before the job runs, and what stands in its place; empty: all is known. */
export function describeUnknowns(unknowns: JobDescription['unknowns']): string {
  const missing = unknowns.map(({ expression, where, taken }) => {
    const instead = taken === null ? 'left out' : `taken as ${taken || 'empty'}`;
    return `${expression} in ${where} (${instead})`;
  });
  return missing.length === 0 ? '' : `not known: ${missing.join(', ')}`;
}

/** A warning that another event starts the job, with the option that asks for it. */
export function adviseEvent(warning: string): string {
  const other = /^on: .* does not start this workflow: it names (\w{1,64})(?:,|$)/.exec(warning)?.[1];
  return other === undefined ? warning : `${warning} (--event ${other})`;
}

/** Says on stderr, a line each, why a minted token may not be the one that the platform's job would have. */
export function tellDoubts(session: Session, { unknowns = [], warnings = [] }: MintedToken): void {
  const notKnown = describeUnknowns(unknowns);
  for (const line of [...(notKnown === '' ? [] : [notKnown]), ...warnings.map(adviseEvent)]) {
    session.tell(`mintmark: ${showSafely(line)}`);
  }
}
