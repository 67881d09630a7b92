import type { data } from '@actions/expressions';
import { collectInputs, type InputDeclarations, MOST_INPUTS, nameSome, typed } from '../input-values.ts';
import { type Json, listEntries, pick, readText, readTexts, toJson } from '../yaml-access.ts';
import type { YamlTree } from '../yaml-tree.ts';
import { toData } from './dictionary.ts';
import { PartialObject } from './expressions.ts';

/** Inputs that `on.workflow_dispatch` or `on.workflow_call` declares (docs: "Workflow syntax", "inputs"). */
export function readInputs(root: YamlTree, event: 'workflow_dispatch' | 'workflow_call'): InputDeclarations {
  const defaults = new Map<string, Json>();
  const required: string[] = [];
  const types = new Map<string, string>();
  const choices = new Map<string, readonly string[]>();
  const declared = listEntries(pick(pick(pick(root, 'on'), event), 'inputs'));
  for (const [name, { value }] of declared.slice(0, MOST_INPUTS)) {
    const type = readText(pick(value, 'type')) ?? 'string';
    const given = pick(value, 'default');
    types.set(name, type);
    const options = type === 'boolean' ? ['true', 'false'] : type === 'choice' ? readTexts(pick(value, 'options')) : [];
    if (options.length > 0) choices.set(name, options);
    // An environment is picked from a list that only the platform has.
    const isPicked = readText(pick(value, 'required')) === 'true' || type === 'environment';
    if (given === undefined && isPicked && type !== 'choice') required.push(name);
    defaults.set(name, given === undefined ? emptyOf(type, options[0] ?? '') : typed(toJson(given), type));
  }
  return collectInputs({ defaults, required, types, choices });
}

function emptyOf(type: string, option: string): Json {
  if (type === 'boolean') return false;
  if (type === 'number') return 0;
  return type === 'choice' ? option : '';
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
