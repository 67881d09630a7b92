import { splitTemplate } from '../templates.ts';
import type { YamlMapping, YamlTree } from '../yaml-tree.ts';
import { type AzureScope, type AzureValue, evaluateAzure, isTrue, makeScalar, toText } from './expression.ts';
import type { AzureVariables } from './variables.ts';

/** Where a tree is expanded. */
export interface AzurePlace {
  /** Of the file that the tree is in, the files that led to it before. */
  readonly chain: readonly string[];
  /** The line that everything has: that of the template in the file that is read; null: its own. */
  readonly line: number | null;
  readonly parameters: YamlMapping;
  readonly variables: AzureVariables;
  /** What `each` names. */
  readonly each: ReadonlyMap<string, YamlTree>;
}

export function makeScope({ parameters, variables, each }: AzurePlace): AzureScope {
  const names = new Map<string, YamlTree>([...each, ['parameters', parameters], ['variables', variables]]);
  return { names, open: new Set(['variables']) };
}

const LONGEST = 16_384;

/** A text that is one expression is its value; in any other, texts stand in its place. What is not known stays. */
export function fillAzure(text: string, place: AzurePlace): YamlTree {
  const parts = splitTemplate(text);
  const scope = makeScope(place);
  const values = parts.map(({ source, expression }) => {
    const value: AzureValue = expression === null ? makeScalar(source) : evaluateAzure(expression, scope);
    return value.kind === 'unknown' ? makeScalar(source) : value;
  });
  const [only] = values;
  if (values.length === 1 && only !== undefined) return only;
  let filled = '';
  for (const [at, value] of values.entries()) {
    filled += toText(value) ?? parts[at]?.source ?? '';
    if (filled.length > LONGEST) return makeScalar(text);
  }
  return makeScalar(filled);
}

/** What evaluating a text costs, in nodes: its length counts, and what its names are looked up in. */
export function priceText(text: string, { variables, parameters }: AzurePlace): number {
  return Math.ceil(text.length / 16 + (variables.entries.size + parameters.entries.size) / 64);
}

export type Directive = { readonly kind: 'if' | 'elseif' | 'else' | 'each' | 'insert'; readonly rest: string };

/** `${{ if … }}`, `${{ each … }}` and the like, where a key is nothing else. */
export function readDirective(key: string): Directive | null {
  const [part, ...more] = splitTemplate(key.trim());
  if (part === undefined || part.expression === null || more.length > 0) return null;
  const [, kind, rest = ''] = /^(if|elseif|else|each|insert)\b(.*)$/s.exec(part.expression.trim()) ?? [];
  const isKnown = kind === 'if' || kind === 'elseif' || kind === 'else' || kind === 'each' || kind === 'insert';
  return isKnown ? { kind, rest: rest.trim() } : null;
}

/** More than anybody reads. */
const MOST_DOUBTS = 10;

/** What a branch of `if` is there for: certainly, perhaps (for reasons), or not. */
type Chance = true | false | readonly string[];

export type Judge = (directive: Directive, place: AzurePlace) => Chance;

/** Follows `if`, `elseif` and `else` from one to the next. */
export function startBranches(): Judge {
  let before: Chance = false;
  return ({ kind, rest }, place) => {
    if (kind === 'if') before = false;
    if (before === true) return false;
    const value = kind === 'else' ? makeScalar(true) : evaluateAzure(rest, makeScope(place));
    const doubts: readonly string[] = before === false ? [] : before;
    if (value.kind === 'unknown') {
      before = [...doubts, value.name].slice(0, MOST_DOUBTS);
      return before;
    }
    if (!isTrue(value)) return false;
    before = true;
    return doubts.length === 0 ? true : doubts;
  };
}
