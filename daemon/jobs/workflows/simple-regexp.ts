import { readSteps, runSteps, type Step } from './ref-pattern.ts';

const LONGEST = 256;
const MOST_ALTERNATIVES = 64;
/** What a backslash may stand before: a punctuation mark, which is then itself, or one of the classes. */
const CLASSES: Readonly<Record<string, (character: string) => boolean>> = {
  d: (character) => /[0-9]/.test(character),
  w: (character) => /[0-9A-Za-z_]/.test(character),
  s: (character) => /\s/.test(character),
};
const ANYTHING: Step = { matches: () => true, count: 'many' };

/**
 * Does a regular expression of the simple kind occur in a text? That is one of characters, classes, `.`, `^`, `$`, `*`,
 * `+`, `?` and `|`, with groups that are not nested and not repeated. A file may be anybody's: no such expression takes
 * longer than its length times that of the text.
 *
 * @returns null for an expression of another kind, or one that is too long
 */
export function matchesRegexp(source: string, text: string, ignoresCase = false): boolean | null {
  if (source.length > LONGEST || text.length > 2 * LONGEST) return null;
  const alternatives = expandGroups(ignoresCase ? source.toLowerCase() : source);
  // Classes are not made the same by making their names so.
  if (alternatives === null || (ignoresCase && /\\[A-Z]/.test(source))) return null;
  const runs = alternatives.map(readAlternative);
  const searched = ignoresCase ? text.toLowerCase() : text;
  return runs.includes(null) ? null : runs.some((steps) => steps !== null && runSteps(steps, searched));
}

/** `^(a|b)c$` → `^ac$`, `^bc$`; null: a group is nested, repeated or of a special kind. */
function expandGroups(source: string): readonly string[] | null {
  let alternatives = [''];
  const whole: string[] = [];
  for (const [token] of source.matchAll(/\\.|\[(?:\\.|[^\]])*\]|\((?:\?:)?(?:\\.|[^()\\[])*\)[*+?{]?|[\s\S]/g)) {
    if (token === '|') {
      whole.push(...alternatives);
      alternatives = [''];
    } else if (token.startsWith('(') && token.endsWith(')')) {
      const inner = token.slice(token.startsWith('(?:') ? 3 : 1, -1);
      if (inner.startsWith('?')) return null;
      alternatives = alternatives.flatMap((before) => inner.split('|').map((one) => before + one));
    } else if (/^[()]/.test(token)) return null;
    else alternatives = alternatives.map((before) => before + token);
    if (alternatives.length + whole.length > MOST_ALTERNATIVES) return null;
  }
  return [...whole, ...alternatives];
}

function readAlternative(source: string): readonly Step[] | null {
  const begins = source.startsWith('^');
  const ends = /(?:^|[^\\])(?:\\\\)*\$$/.test(source);
  const steps: Step[] = begins ? [] : [ANYTHING];
  const body = source.slice(begins ? 1 : 0, ends ? -1 : undefined);
  for (const { 0: token, 1: atom = '', 2: repeat } of body.matchAll(
    /(\\.|\[(?:\\.|[^\]])*\]|[^*+?])([*+?]?)|[\s\S]/g,
  )) {
    const matches = atom === '' ? null : readAtom(atom);
    if (matches === null || token === '') return null;
    if (repeat === '+') steps.push({ matches, count: 'once' });
    steps.push({ matches, count: repeat === '?' ? 'optional' : repeat === '' ? 'once' : 'many' });
  }
  return ends ? steps : [...steps, ANYTHING];
}

function readAtom(atom: string): Step['matches'] | null {
  if (atom === '.') return () => true;
  if (atom.startsWith('\\')) {
    const escaped = atom.slice(1);
    return /^[A-Za-z0-9]?$/.test(escaped) ? (CLASSES[escaped] ?? null) : (character) => character === escaped;
  }
  if (atom.startsWith('[')) {
    // Only plain members and ranges: those that file name patterns have, too.
    if (!/^\[[\w./-]+\]$/.test(atom)) return null;
    return readSteps(atom)[0]?.matches ?? null;
  }
  return /[\^$()|{}[\]]/.test(atom) ? null : (character) => character === atom;
}
