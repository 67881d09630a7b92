import type { data } from '@actions/expressions';
import { MintmarkError } from '../../problem.ts';
import { quoteText } from '../../token/quote.ts';
import { showSafely } from '../../token/safe-text.ts';
import { PartialObject, toData } from './expressions.ts';
import { type Json, listEntries, pick, readText, readTexts, toJson } from './yaml-access.ts';
import type { YamlTree } from './yaml-tree.ts';

/** GitHub takes 25 for a run by hand and names no limit for calls. */
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

/** Inputs that `on.workflow_dispatch` or `on.workflow_call` declares (docs: "Workflow syntax", "inputs"). */
export function readInputs(root: YamlTree, event: 'workflow_dispatch' | 'workflow_call'): InputDeclarations {
  const defaults: Record<string, Json> = {};
  const required: string[] = [];
  const types: Record<string, string> = {};
  const choices: Record<string, readonly string[]> = {};
  const declared = listEntries(pick(pick(pick(root, 'on'), event), 'inputs'));
  for (const [name, { value }] of declared.slice(0, MOST_INPUTS)) {
    const type = readText(pick(value, 'type')) ?? 'string';
    const given = pick(value, 'default');
    types[name] = type;
    const options = type === 'boolean' ? ['true', 'false'] : type === 'choice' ? readTexts(pick(value, 'options')) : [];
    if (options.length > 0) choices[name] = options;
    // An environment is picked from a list that only the platform has.
    const isPicked = readText(pick(value, 'required')) === 'true' || type === 'environment';
    if (given === undefined && isPicked && type !== 'choice') required.push(name);
    defaults[name] = given === undefined ? emptyOf(type, options[0] ?? '') : typed(toJson(given), type);
  }
  return { defaults, required, types, choices };
}

function emptyOf(type: string, option: string): Json {
  if (type === 'boolean') return false;
  if (type === 'number') return 0;
  return type === 'choice' ? option : '';
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

function nameSome(names: readonly string[]): string {
  const shown = names
    .slice(0, MOST_SHOWN)
    .map((name) => (name.length > LONGEST_SHOWN ? `${name.slice(0, LONGEST_SHOWN)}…` : name))
    .join(', ');
  return showSafely(names.length > MOST_SHOWN ? `${shown}, …` : shown);
}

/**
 * Puts in what the caller says of inputs: it is neither required nor a choice any more.
 * @param said by name; names of inputs have no letter case
 * @returns `unused` are those that are not declared
 * @throws MintmarkError `invalid_request` for a value that an input does not take, with those that it takes
 */
export function giveInputs(
  declared: InputDeclarations,
  said: Readonly<Record<string, string>>,
): { readonly inputs: InputDeclarations; readonly unused: readonly string[] } {
  const values = new Map<string, Json>();
  const unused: string[] = [];
  for (const [name, text] of Object.entries(said)) {
    const own = Object.keys(declared.types).find((other) => other.toLowerCase() === name.toLowerCase());
    if (own === undefined) {
      unused.push(name);
      continue;
    }
    const type = declared.types[own] ?? 'string';
    const choices = declared.choices[own] ?? [];
    const isNumber = type !== 'number' || (text.trim() !== '' && Number.isFinite(Number(text)));
    if ((choices.length > 0 && !choices.includes(text)) || !isNumber) {
      const wanted = choices.length > 0 ? `one of ${nameSome(choices)}` : 'a number';
      throw new MintmarkError(
        'invalid_request',
        `options.input.${showSafely(own)}: ${quoteText(text)} is not ${wanted}`,
      );
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

/**
 * Inputs of a run by hand: one that somebody has to type, or to pick from a list that nobody here has, is not known.
 * Of a choice the first is taken, which is told to `read` where a value is made of it.
 */
export function buildInputs(path: string, declared: InputDeclarations, read: Set<string>): data.Dictionary {
  const { defaults, required, choices } = declared;
  const known = Object.entries(defaults).filter(([name]) => !required.includes(name));
  const unknown = new Map(required.map((name) => [name.toLowerCase(), `inputs.${name}`]));
  const byName = new Map(
    Object.entries(choices)
      .filter(([, options]) => options.length > 1)
      .map(([name, options]) => {
        const told = `inputs.${name} is one of ${nameSome(options)}; ${nameSome([String(defaults[name])])} is taken`;
        return [name.toLowerCase(), [`${told} (--set input.${name}=… says which)`]];
      }),
  );
  const members = Object.fromEntries(known.map(([name, value]) => [name, toData(value)]));
  return new PartialObject(path, members, unknown, { byName, read });
}

/** Inputs of a reusable workflow that is looked at by itself: its callers know them, or somebody says one. */
export function nameCallable({ types, defaults }: InputDeclarations, said: readonly string[]): data.Dictionary {
  const given = new Set(said.map((name) => name.toLowerCase()));
  const isGiven = (name: string): boolean => given.has(name.toLowerCase());
  const known = Object.entries(defaults).filter(([name]) => isGiven(name));
  const open = Object.keys(types).filter((name) => !isGiven(name));
  return new PartialObject(
    'inputs',
    Object.fromEntries(known.map(([name, value]) => [name, toData(value)])),
    new Map(open.map((name) => [name.toLowerCase(), `inputs.${name}`])),
  );
}
