import { showSafely } from '../../token/safe-text.ts';
import type { Session } from '../session.ts';

/** What a shell or a pipeline should have replaced: `$X`, `${X}`, `${{ … }}`, and `%X%` as a whole. */
const UNEXPANDED = /\$\{|\$[A-Za-z_]|^%\w+%$/;

/**
 * Says on stderr which claims are pinned to nothing, or to a variable that nobody expanded: such a pin was meant to be
 * a literal, and holds for the wrong tokens or for none. It is no error, since a claim may be empty.
 */
export function warnOfPins(session: Session, pins: Iterable<readonly [name: string, value: string]>): void {
  if (session.json) return;
  for (const [name, value] of pins) {
    const oddity = describeOddity(value);
    if (oddity === null) continue;
    session.tell(`mintmark: warning: the value that ${showSafely(name)} is pinned to ${oddity}; write it as a literal`);
  }
}

/** Says once on stderr that what is blank among `--claim` pins nothing: it was meant to, or a variable was empty. */
export function warnOfBlankClaims(session: Session, claims: readonly string[]): void {
  if (session.json || claims.every((claim) => claim.trim() !== '')) return;
  session.tell('mintmark: warning: a --claim that is empty pins nothing, and is skipped; write it as KEY=VALUE');
}

function describeOddity(value: string): string | null {
  if (value.trim() === '') return 'is empty';
  return UNEXPANDED.test(value) ? 'looks like a variable that was not expanded' : null;
}
