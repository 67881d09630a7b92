import { MintmarkError } from '../../problem.ts';
import { quoteText } from '../../token/quote.ts';
import { showSafely } from '../../token/safe-text.ts';
import type { Json } from './yaml-access.ts';

/** Of one file: GitHub takes 25 for a run by hand, and neither it nor GitLab names a limit for the others. */
export const MOST_INPUTS = 200;

export interface InputDeclarations {
  /** Values when nobody gives any. */
  readonly defaults: Readonly<Record<string, Json>>;
  /** Those that somebody has to give. */
  readonly required: readonly string[];
  readonly types: Readonly<Record<string, string>>;
  /** What may be chosen, as texts, of those that are chosen of a few. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
}

/** Declarations by name; an object that is written member by member would lose one of the name `__proto__`. */
export function collectInputs({
  defaults,
  required,
  types,
  choices,
}: {
  readonly defaults: ReadonlyMap<string, Json>;
  readonly required: readonly string[];
  readonly types: ReadonlyMap<string, string>;
  readonly choices: ReadonlyMap<string, readonly string[]>;
}): InputDeclarations {
  return {
    defaults: Object.fromEntries(defaults),
    required,
    types: Object.fromEntries(types),
    choices: Object.fromEntries(choices),
  };
}

/** What is said of a name; an input may be called as what every object has: `constructor`. */
export function pickOwn<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A value in the type that its input declares. */
export function typed(value: Json, type: string): Json {
  if (type === 'boolean') return value === true || value === 'true';
  if (type === 'number') return Number(value);
  return value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Names, and characters of each. */
const MOST_SHOWN = 20;
const LONGEST_SHOWN = 80;

export function nameSome(names: readonly string[]): string {
  const shown = names
    .slice(0, MOST_SHOWN)
    .map((name) => (name.length > LONGEST_SHOWN ? `${name.slice(0, LONGEST_SHOWN)}…` : name))
    .join(', ');
  return showSafely(names.length > MOST_SHOWN ? `${shown}, …` : shown);
}

/**
 * Puts in what the caller says of inputs: it is neither required nor a choice any more.
 * @param said by name; names of inputs have no letter case
 * @param where begins what is told of one, before its name
 * @returns `unused` are those that are not declared
 * @throws MintmarkError `invalid_request` for a value that an input does not take, with those that it takes
 */
export function giveInputs(
  declared: InputDeclarations,
  said: Readonly<Record<string, string>>,
  where = 'options.input.',
): { readonly inputs: InputDeclarations; readonly unused: readonly string[] } {
  const values = new Map<string, Json>();
  const unused: string[] = [];
  for (const [name, text] of Object.entries(said)) {
    const own = Object.keys(declared.types).find((other) => other.toLowerCase() === name.toLowerCase());
    if (own === undefined) {
      unused.push(name);
      continue;
    }
    const type = pickOwn(declared.types, own) ?? 'string';
    const choices = pickOwn(declared.choices, own) ?? [];
    const isNumber = type !== 'number' || (text.trim() !== '' && Number.isFinite(Number(text)));
    if ((choices.length > 0 && !choices.includes(text)) || !isNumber) {
      const wanted = choices.length > 0 ? `one of ${nameSome(choices)}` : 'a number';
      throw new MintmarkError('invalid_request', `${where}${showSafely(own)}: ${quoteText(text)} is not ${wanted}`);
    }
    values.set(own, typed(text, type));
  }
  const isOpen = (name: string): boolean => !values.has(name);
  const inputs = {
    defaults: { ...declared.defaults, ...Object.fromEntries(values) },
    required: declared.required.filter(isOpen),
    types: declared.types,
    choices: Object.fromEntries(Object.entries(declared.choices).filter(([name]) => isOpen(name))),
  };
  return { inputs, unused };
}

/** @throws MintmarkError `invalid_request` for an input that the file declares for no way to start it */
export function requireDeclared(
  path: string,
  all: readonly InputDeclarations[],
  said: Readonly<Record<string, string>>,
): void {
  const names = [...new Set(all.flatMap(({ types }) => Object.keys(types)))];
  const stray = Object.keys(said).find((name) => !names.some((own) => own.toLowerCase() === name.toLowerCase()));
  if (stray === undefined) return;
  const known = names.length === 0 ? 'it has none' : `there are ${nameSome(names)}`;
  throw new MintmarkError('invalid_request', `options: ${quoteText(path)} has no input ${quoteText(stray)}; ${known}`);
}
