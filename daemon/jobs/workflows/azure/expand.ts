import { listEntries, pick, readText } from '../yaml-access.ts';
import { refuseFile, type YamlEntry, type YamlMapping, type YamlTree } from '../yaml-tree.ts';
import { type AzureValue, evaluateAzure, makeScalar, toText } from './expression.ts';
import {
  type AzurePlace,
  type Directive,
  fillAzure,
  type Judge,
  makeScope,
  priceText,
  readDirective,
  startBranches,
} from './place.ts';
import { addVariables, setVariables } from './variables.ts';

/** What expanding one file shares. */
export interface Expanding {
  readonly path: string;
  /** Items that stand where a template does, in the template's place. */
  readonly include: (item: YamlMapping, place: AzurePlace) => Promise<readonly YamlTree[]>;
  /** What it depends on, unknown to anybody here, whether a tree is there. */
  readonly doubts: Map<YamlTree, readonly string[]>;
  /** Nodes that may still be made. */
  left: number;
}

/** A tree with its template expressions and templates filled in (Azure docs: "Template expressions"). */
export async function expandTree(expanding: Expanding, tree: YamlTree, place: AzurePlace): Promise<YamlTree> {
  const line = place.line ?? tree.line;
  spend(expanding, line, 1);
  if (tree.kind === 'scalar') return expandScalar(expanding, tree, place);
  if (tree.kind === 'list') {
    const items = await expandItems(expanding, tree.items, place);
    return { ...tree, line, items, size: items.reduce((sum, { size }) => sum + size, 1) };
  }
  return expandMapping(expanding, tree, place);
}

function expandScalar(expanding: Expanding, tree: YamlTree, place: AzurePlace): YamlTree {
  const line = place.line ?? tree.line;
  if (tree.kind !== 'scalar' || typeof tree.value !== 'string' || !tree.value.includes('${{')) return { ...tree, line };
  spend(expanding, line, priceText(tree.value, place));
  const value = fillAzure(tree.value, place);
  spend(expanding, line, value.size);
  return { ...value, line };
}

function spend(expanding: Expanding, line: number, nodes: number): void {
  expanding.left -= nodes;
  if (expanding.left < 0) throw refuseFile(expanding.path, line, 'its templates make it grow too large');
}

async function expandItems(
  expanding: Expanding,
  items: readonly YamlTree[],
  place: AzurePlace,
): Promise<readonly YamlTree[]> {
  const expanded: YamlTree[] = [];
  const judge = startBranches();
  for (const item of items) expanded.push(...(await expandItem(expanding, item, { place, judge })));
  return expanded;
}

/** What stands in the place of an item of a list. */
async function expandItem(expanding: Expanding, item: YamlTree, branch: Branch): Promise<readonly YamlTree[]> {
  const { place } = branch;
  const [first, ...more] = item.kind === 'mapping' ? item.entries : [];
  const directive = first !== undefined && more.length === 0 ? readDirective(first[0]) : null;
  if (directive !== null && first !== undefined && !(directive.kind === 'each' && first[1].value.kind === 'mapping')) {
    const trees = await expandDirective(expanding, directive, first[1], branch);
    return trees.flatMap((tree) => (tree.kind === 'list' ? keepDoubts(expanding, tree) : [tree]));
  }
  if (item.kind === 'mapping' && readText(pick(item, 'template')) !== undefined) return expanding.include(item, place);
  const tree = await expandTree(expanding, item, place);
  // A list that an expression brings into a list is one with it.
  return item.kind === 'scalar' && tree.kind === 'list' ? tree.items : [tree];
}

/** The items of a list, each with the list's doubts. */
function keepDoubts({ doubts }: Expanding, list: YamlTree & { readonly kind: 'list' }): readonly YamlTree[] {
  const ofList = doubts.get(list);
  if (ofList === undefined) return list.items;
  return list.items.map((item) => {
    const copy = { ...item };
    doubts.set(copy, [...ofList, ...(doubts.get(item) ?? [])]);
    return copy;
  });
}

interface Branch {
  readonly place: AzurePlace;
  readonly judge: Judge;
}

/** What a directive leaves in its place: nothing, one tree, or one for every turn of `each`. */
async function expandDirective(
  expanding: Expanding,
  directive: Directive,
  { value }: YamlEntry,
  { place, judge }: Branch,
): Promise<readonly YamlTree[]> {
  spend(expanding, place.line ?? value.line, priceText(directive.rest, place));
  if (directive.kind === 'insert') return [await expandTree(expanding, value, place)];
  if (directive.kind === 'each') return repeat(expanding, directive.rest, value, place);
  const chance = judge(directive, place);
  if (chance === false) return [];
  const tree = { ...(await expandTree(expanding, value, place)) };
  if (chance !== true) expanding.doubts.set(tree, chance);
  return [tree];
}

async function repeat(
  expanding: Expanding,
  rest: string,
  body: YamlTree,
  place: AzurePlace,
): Promise<readonly YamlTree[]> {
  const [, name, source = ''] = /^([A-Za-z_]\w*)\s+in\s+(.*)$/s.exec(rest) ?? [];
  const value: AzureValue =
    name === undefined ? { kind: 'unknown', name: rest } : evaluateAzure(source, makeScope(place));
  if (name === undefined || value.kind === 'unknown') {
    // Perhaps it is there, once or often, with something that is not known.
    const tree = { ...(await expandTree(expanding, body, place)) };
    expanding.doubts.set(tree, [`each ${rest}`]);
    return [tree];
  }
  const turns = value.kind === 'list' ? value.items : value.kind === 'mapping' ? [...value.entries].map(makePair) : [];
  const trees: YamlTree[] = [];
  for (const turn of turns) {
    const each = new Map([...place.each, [name.toLowerCase(), turn]]);
    trees.push(await expandTree(expanding, body, { ...place, each }));
  }
  return trees;
}

/** One member of a mapping, as `each` has it. */
function makePair([key, { line, value }]: readonly [string, YamlEntry]): YamlTree {
  const entries = new Map([
    ['key', { line, value: makeScalar(key, line) }],
    ['value', { line, value }],
  ]);
  return { kind: 'mapping', entries, line, size: value.size + 2 };
}

async function expandMapping(expanding: Expanding, tree: YamlMapping, outer: AzurePlace): Promise<YamlTree> {
  const line = outer.line ?? tree.line;
  const entries = new Map<string, YamlEntry>();
  const doubts: string[] = [];
  let place = outer;
  let replacement: YamlTree | null = null;
  const judge = startBranches();
  // Variables count for everything beside them.
  const own = tree.entries.get('variables');
  if (own !== undefined) {
    const value = await expandVariables(expanding, own.value, outer);
    entries.set('variables', { line: outer.line ?? own.line, value });
    place = { ...outer, variables: addVariables(outer.variables, value) };
  }
  for (const [key, entry] of tree.entries) {
    if (entry === own) continue;
    const directive = readDirective(key);
    if (directive === null) {
      const name = toText(fillAzure(key, place)) ?? key;
      entries.set(name, { line: outer.line ?? entry.line, value: await expandTree(expanding, entry.value, place) });
      continue;
    }
    for (const part of await expandDirective(expanding, directive, entry, { place, judge })) {
      const ofPart = expanding.doubts.get(part) ?? [];
      doubts.push(...ofPart);
      if (part.kind !== 'mapping') replacement ??= part;
      // Of several that are perhaps there, the first is taken.
      else
        for (const [name, one] of part.entries) if (ofPart.length === 0 || !entries.has(name)) entries.set(name, one);
    }
  }
  const size = [...entries.values()].reduce((sum, { value }) => sum + value.size, 1);
  const whole: YamlTree =
    entries.size === 0 && replacement !== null ? replacement : { kind: 'mapping', entries, line, size };
  if (doubts.length > 0) expanding.doubts.set(whole, doubts);
  return whole;
}

/** `variables:` as a list of names and values. Each sees those before it; one that is perhaps there is not known. */
export async function expandVariables(expanding: Expanding, tree: YamlTree, outer: AzurePlace): Promise<YamlTree> {
  if (tree.kind === 'scalar') return expandTree(expanding, tree, outer);
  const judge = startBranches();
  const parts = tree.kind === 'list' ? tree.items : splitMapping(tree);
  const all: YamlTree[] = [];
  // Filled while they are read.
  const entries = new Map(outer.variables.entries);
  const place = { ...outer, variables: { ...outer.variables, entries } };
  for (const part of parts) {
    const items = (await expandItem(expanding, part, { place, judge })).flatMap((item) => {
      const doubts = expanding.doubts.get(item);
      const named = readText(pick(item, 'name')) === undefined ? nameMembers(item) : [item];
      return doubts === undefined ? named : named.map((one) => hideValue(one, doubts));
    });
    setVariables(entries, items);
    all.push(...items);
  }
  const size = all.reduce((sum, item) => sum + item.size, 1);
  return { kind: 'list', tag: null, items: all, line: outer.line ?? tree.line, size };
}

/** Each member of a mapping as one of its own, so that directives keep their order among them. */
function splitMapping(tree: YamlMapping): readonly YamlTree[] {
  return [...tree.entries].map(([name, entry]) => {
    const whole: YamlTree = { ...tree, entries: new Map([[name, entry]]) };
    return readDirective(name) === null ? (nameMembers(whole)[0] ?? whole) : whole;
  });
}

/** `{ a: b }` → `{ name: a, value: b }` */
function nameMembers(tree: YamlTree): readonly YamlTree[] {
  return listEntries(tree).map(([name, { line, value }]) => ({
    kind: 'mapping',
    line,
    size: value.size + 2,
    entries: new Map([
      ['name', { line, value: makeScalar(name, line) }],
      ['value', { line, value }],
    ]),
  }));
}

function hideValue(item: YamlTree, doubts: readonly string[]): YamlTree {
  if (item.kind !== 'mapping') return item;
  const value = makeScalar(`\${{ ${doubts.join(', ')} }}`, item.line);
  return { ...item, entries: new Map([...item.entries, ['value', { line: item.line, value }]]) };
}
