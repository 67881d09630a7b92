import { showSafely } from '../../token/safe-text.ts';
import type { Session } from '../session.ts';
import type { Look } from '../terminal/style.ts';
import type { Verdict } from './judge-here.ts';

const EXIT_CODES = { accepted: 0, refused: 1, undecided: 3 } as const;
const MARKS = { pass: ['✓', 'good'], fail: ['✗', 'bad'], skip: ['–', 'dim'] } as const satisfies Record<
  string,
  readonly [string, Look]
>;

/** Whose keys the signature was held against, in words and as the verdict has it. */
const KEY_SOURCES = {
  'local-issuer': 'those of your own daemon (local-issuer)',
  'trusted-issuer': 'fetched from the issuer (trusted-issuer)',
  'supplied-keys': 'those of --jwks (supplied-keys)',
  none: 'none was found (none)',
} as const satisfies Record<Verdict['provenance'], string>;

/**
 * Tells a verdict: with --json as it is; else in one line, which for a refusal says nothing but that (an oracle would
 * help whoever forges), after every check with --explain.
 *
 * @returns the exit code
 */
export function showVerdict(session: Session, verdict: Verdict, explain: boolean): number {
  if (session.json) {
    session.print(verdict, '');
  } else {
    if (explain) session.print(verdict, explainVerdict(session, verdict));
    if (verdict.status === 'accepted') session.print(verdict, session.style('good', 'Token verified'));
    else if (verdict.status === 'refused') session.tell('token verification failed');
    else session.tell(`could not decide: ${verdict.reason}`);
  }
  return EXIT_CODES[verdict.status];
}

/** Every check on a line of its own: mark, name, code, detail. */
export function explainVerdict(session: Session, verdict: Verdict): string {
  const lines = verdict.checks.map(({ name, outcome, code, detail }) => {
    const [mark, look] = MARKS[outcome];
    const said = code === null ? detail : `${code}: ${detail}`;
    return `${session.style(look, mark)} ${name.padEnd(10)}  ${showSafely(said)}`;
  });
  return [...lines, `keys: ${KEY_SOURCES[verdict.provenance]}`].join('\n');
}
