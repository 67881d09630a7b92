import { showJson, showSafely } from '../../token/safe-text.ts';
import type { Session } from '../session.ts';
import { wantsColour } from '../terminal/io.ts';
import { createStyle } from '../terminal/style.ts';
import type { ExecutionVerdict } from './judge-execution.ts';
import { explainVerdict } from './show-verdict.ts';

export const OUTPUTS = ['text', 'json', 'yaml'] as const;
export type Output = (typeof OUTPUTS)[number];

const REFUSED = 1;
const UNDECIDED = 3;

/**
 * Tells what was found: with --json the verdict; else on stdout `Token verified` or the claims, or on stderr
 * `token verification failed`, which names neither a claim nor a key. `explain` puts every check before it, on stderr
 * since stdout may be piped on, and the first failure behind it.
 *
 * @returns the exit code: that of SuperPlane's command line, but 3 where nobody answered
 */
export async function showExecution(
  session: Session,
  { verdict, fault }: ExecutionVerdict,
  { output, explain }: { readonly output: Output; readonly explain: boolean },
): Promise<number> {
  const { status, reason, claims } = verdict;
  if (session.json) session.print(verdict, '');
  const isUnanswered = status === 'undecided' && reason !== 'discovery_invalid';
  const exitCode = status === 'accepted' ? 0 : isUnanswered ? UNDECIDED : REFUSED;
  if (session.json) return exitCode;

  if (explain) {
    const style = createStyle(wantsColour(session.io, session.io.stderr));
    session.tell(explainVerdict({ ...session, style }, verdict));
  }
  if (status === 'accepted') {
    session.print(claims, await writeClaims(session, claims ?? {}, output));
  } else if (isUnanswered) {
    session.tell(`could not decide: ${reason}`);
  } else {
    const first = verdict.checks.find(({ outcome }) => outcome === 'fail');
    const detail = explain && first !== undefined ? `: ${showSafely(first.detail)}` : '';
    session.tell(fault ?? `token verification failed${detail}`);
  }
  return exitCode;
}

async function writeClaims(
  { style }: Session,
  claims: Readonly<Record<string, unknown>>,
  output: Output,
): Promise<string> {
  if (output === 'text') return style('good', 'Token verified');
  if (output === 'json') return showJson(claims);
  const { stringify } = await import('yaml');
  // Strings in double quotes, where YAML knows the escapes that make a foreign text safe to show.
  const yaml = stringify(claims, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 });
  return yaml.trimEnd().split('\n').map(showSafely).join('\n');
}
