import { type Findings, noteUnknown } from './findings.ts';

const VARIABLE = /\$\$|\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)|\$\[\[[^\]]{0,1000}\]\]/g;

/** How far variables may stand for each other. */
const DEEPEST = 10;
const LONGEST = 16_384;

/** Values by name. */
export type KnownVariables = Pick<ReadonlyMap<string, string>, 'get'>;

/** Where a text with variables stands. */
export interface VariablePlace {
  readonly known: KnownVariables;
  readonly where: string;
  readonly findings: Findings;
  /** Variables that may still be filled in, in the whole file: ten that stand for ten each go a long way. */
  readonly budget: { left: number };
}

/** `$[[ … ]]` of an input that nobody here knows. */
export function listBlocks(text: string): readonly string[] {
  return [...text.matchAll(VARIABLE)].flatMap(([source]) => (source.startsWith('$[[') ? [source] : []));
}

/**
 * Fills in `$NAME` and `${NAME}`. One that is not known stays as it is written, and is named, as does what was left of
 * an input; `$$` is a dollar sign.
 */
export function fillVariables(text: string, place: VariablePlace, depth = 0): string {
  let filled = '';
  let at = 0;
  for (const { 0: source, 1: braced, 2: bare, index } of text.matchAll(VARIABLE)) {
    if (filled.length > LONGEST) break;
    filled += text.slice(at, index) + fillOne(source, braced ?? bare, place, depth);
    at = index + source.length;
  }
  return (filled + text.slice(at)).slice(0, LONGEST);
}

function fillOne(source: string, name: string | undefined, place: VariablePlace, depth: number): string {
  if (source === '$$') return '$';
  if (name === undefined) {
    noteUnknown(place.findings, source, place.where, source);
    return source;
  }
  const value = place.known.get(name);
  place.budget.left -= 1;
  if (value !== undefined && depth < DEEPEST && place.budget.left > 0) return fillVariables(value, place, depth + 1);
  noteUnknown(place.findings, `$${name}`, place.where, source);
  return source;
}
