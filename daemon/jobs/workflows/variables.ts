import { type Findings, noteUnknown } from './findings.ts';

const VARIABLE = /\$\$|\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)|\$\[\[[^\]]{0,1000}\]\]/g;

/** How far variables may stand for each other. */
const DEEPEST = 10;
const LONGEST = 16_384;
/** So many characters are looked through for variables at the cost of one that is filled in. */
const PLAIN_OF_ONE = 64;
/** Of a variable that is not known: it is looked for in every place that may set it. */
const COST_OF_UNKNOWN = 8;

/** Values by name. */
export type KnownVariables = Pick<ReadonlyMap<string, string>, 'get'>;

/** Where a text with variables stands. */
export interface VariablePlace {
  readonly known: KnownVariables;
  readonly where: string;
  readonly findings: Findings;
  /** What may still be looked through and filled in, in the whole file: ten variables of ten each go a long way. */
  readonly budget: { left: number };
}

/** `$[[ … ]]` of an input that nobody here knows. */
export function listBlocks(text: string): readonly string[] {
  return [...text.matchAll(VARIABLE)].flatMap(([source]) => (source.startsWith('$[[') ? [source] : []));
}

/**
 * Fills in `$NAME` and `${NAME}`. One that is not known stays as it is written, and is named, as does what was left of
 * an input; `$$` is a dollar sign. What is longer than 16,384 characters is cut, and where too much was filled in in
 * the whole file, the first variable of the rest is named.
 */
export function fillVariables(whole: string, place: VariablePlace, depth = 0): string {
  // What is cut off anyway is not looked at: a text may be as long as its file.
  const text = whole.slice(0, LONGEST);
  place.budget.left -= priceVariables(text);
  let filled = '';
  let at = 0;
  for (const { 0: source, 1: braced, 2: bare, index } of text.matchAll(VARIABLE)) {
    if (filled.length > LONGEST) break;
    place.budget.left -= 1;
    if (place.budget.left <= 0) {
      nameLeft(source, braced ?? bare, place);
      break;
    }
    filled += text.slice(at, index) + fillOne(source, braced ?? bare, place, depth);
    at = index + source.length;
  }
  return (filled + text.slice(at)).slice(0, LONGEST);
}

/** What looking through a text costs. */
export function priceVariables(text: string): number {
  return 1 + Math.floor(text.length / PLAIN_OF_ONE);
}

function nameLeft(source: string, name: string | undefined, { findings, where }: VariablePlace): void {
  noteUnknown(findings, name === undefined ? source : `$${name}`, where, source);
}

function fillOne(source: string, name: string | undefined, place: VariablePlace, depth: number): string {
  if (source === '$$') return '$';
  const value = name === undefined ? undefined : place.known.get(name);
  if (value !== undefined && depth < DEEPEST) return fillVariables(value, place, depth + 1);
  place.budget.left -= COST_OF_UNKNOWN;
  nameLeft(source, name, place);
  return source;
}
