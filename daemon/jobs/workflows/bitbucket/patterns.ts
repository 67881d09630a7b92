import { matchesRefPattern } from '../ref-pattern.ts';

/** A pipeline with a pattern of branches or tags. */
export interface Patterned {
  /** `branches/feature/*` */
  readonly id: string;
  readonly pattern: string;
}

/** Patterns that one branch may have in a file, at most; no real file comes near. */
const MOST_RIVALS = 50;

/** Those whose pattern has a branch: at most one of each section is started. */
export function listMatching(
  pipelines: readonly { readonly id: string; readonly pattern: string | null }[],
  branch: string,
): readonly Patterned[] {
  const matching: Patterned[] = [];
  for (const { id, pattern } of pipelines) {
    if (matching.length === MOST_RIVALS) break;
    if (pattern !== null && matchesAny(pattern, branch)) matching.push({ id, pattern });
  }
  return matching;
}

/** Others of the section of a pipeline that have the branch, too. */
function listRivals(own: Patterned, matching: readonly Patterned[]): readonly Patterned[] {
  const section = own.id.slice(0, own.id.length - own.pattern.length);
  return matching.filter(({ id, pattern }) => id !== own.id && id === section + pattern);
}

/**
 * What is started in the place of a pipeline, as its pattern is more specific (Bitbucket docs: "Use glob patterns on the
 * Pipelines yaml file").
 */
export function findBetter(own: Patterned, matching: readonly Patterned[]): Patterned | undefined {
  return listRivals(own, matching).find(({ pattern }) => isWithin(pattern, own.pattern));
}

/** Pipelines of which nobody says whether they come before one: they, or it, have several patterns in one. */
export function listOpenRivals(own: Patterned, matching: readonly Patterned[]): readonly Patterned[] {
  return listRivals(own, matching).filter(({ pattern }) => hasAlternatives(pattern + own.pattern));
}

function isWithin(pattern: string, other: string): boolean {
  if (hasAlternatives(pattern + other)) return false;
  const isCovered = matchesRefPattern(other, pattern.replaceAll('**', 'a/b'));
  return isCovered && !matchesRefPattern(pattern, other.replaceAll('**', 'a/b'));
}

function hasAlternatives(pattern: string): boolean {
  return /[{}]/.test(pattern);
}

/** Patterns may have `{a,b}` for either. */
export function matchesAny(pattern: string, name: string): boolean {
  const braces = /^(.*?)\{([^{}]*)\}(.*)$/.exec(pattern);
  if (braces === null) return matchesRefPattern(pattern, name);
  const [, before = '', middle = '', after = ''] = braces;
  return middle.split(',').some((part) => matchesRefPattern(before + part.trim() + after, name));
}
