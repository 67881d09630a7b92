import type { UnknownValue } from '../../protocol/jobs.ts';
import { showSafely } from '../../token/safe-text.ts';

/** What was found out about a job beside its facts. */
export interface Findings {
  readonly unknowns: UnknownValue[];
  readonly warnings: string[];
  /** Does one of the warnings say that the event certainly does not run the job? */
  isLeftOut: boolean;
}

const LONGEST = 256;
/** Of each; a file that has more is told enough. */
const MOST = 64;

export function startFindings(from?: Findings): Findings {
  return {
    unknowns: [...(from?.unknowns ?? [])],
    warnings: [...(from?.warnings ?? [])],
    isLeftOut: from?.isLeftOut ?? false,
  };
}

/** Names a value that only the platform knows. @param taken what stands in its place */
export function noteUnknown({ unknowns }: Findings, expression: string, where: string, taken: string | null): void {
  if (unknowns.length >= MOST) return;
  const noted = {
    expression: shorten(expression),
    where: shorten(where),
    taken: taken === null ? null : shorten(taken),
  };
  const isKnown = unknowns.some((known) => known.expression === noted.expression && known.where === noted.where);
  if (!isKnown) unknowns.push(noted);
}

export function warn({ warnings }: Findings, text: string): void {
  if (warnings.length >= MOST) return;
  const shown = shorten(text);
  if (!warnings.includes(shown)) warnings.push(shown);
}

/** Says why the event does not run the job. */
export function leaveOut(findings: Findings, text: string): void {
  warn(findings, text);
  findings.isLeftOut = true;
}

function shorten(text: string): string {
  // What is cut off anyway is not looked at: a text may be as long as its file.
  const shown = showSafely(text.slice(0, LONGEST + 1));
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown;
}
