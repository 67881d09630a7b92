import { refuseFile, type YamlEntry, type YamlList, type YamlMapping, type YamlTree } from './yaml-tree.ts';

/** A value of JSON, as expressions and matrices see YAML. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** What a mapping has under a name; undefined where there is nothing, `null` included. */
export function pick(tree: YamlTree | undefined, name: string): YamlTree | undefined {
  const value = tree?.kind === 'mapping' ? tree.entries.get(name)?.value : undefined;
  return value?.kind === 'scalar' && value.value === null ? undefined : value;
}

/** A scalar as text; undefined for anything else. */
export function readText(tree: YamlTree | undefined): string | undefined {
  return tree?.kind === 'scalar' && tree.value !== null ? String(tree.value) : undefined;
}

/** A scalar, or a list of them, as texts. */
export function readTexts(tree: YamlTree | undefined): readonly string[] {
  const items = tree?.kind === 'list' ? tree.items : tree === undefined ? [] : [tree];
  return items.flatMap((item) => readText(item) ?? []);
}

export function listEntries(tree: YamlTree | undefined): readonly (readonly [string, YamlEntry])[] {
  return tree?.kind === 'mapping' ? [...tree.entries] : [];
}

export function listItems(tree: YamlTree | undefined): readonly YamlTree[] {
  return tree?.kind === 'list' ? tree.items : [];
}

/** @throws MintmarkError `invalid_request` for anything else */
export function requireMapping(file: string, tree: YamlTree, what: string): YamlMapping {
  if (tree.kind === 'mapping') return tree;
  throw refuseFile(file, tree.line, `${what} is no mapping`);
}

/** @throws MintmarkError `invalid_request` for anything else */
export function requireList(file: string, tree: YamlTree, what: string): YamlList {
  if (tree.kind === 'list') return tree;
  throw refuseFile(file, tree.line, `${what} is no list`);
}

/** The tree as JSON; `convertText` is asked what each text stands for. */
export function toJson(tree: YamlTree, convertText: (text: string) => Json = (text) => text): Json {
  if (tree.kind === 'list') return tree.items.map((item) => toJson(item, convertText));
  if (tree.kind === 'mapping') {
    return Object.fromEntries([...tree.entries].map(([name, { value }]) => [name, toJson(value, convertText)]));
  }
  return typeof tree.value === 'string' ? convertText(tree.value) : tree.value;
}
