import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import { MintmarkError } from '../../problem.ts';
import { quoteText } from '../../token/quote.ts';
import { showSafely } from '../../token/safe-text.ts';

/** YAML as CI systems use it: text keys, no cycles, aliases and merge keys followed, and the line of everything. */
export type YamlTree = YamlScalar | YamlList | YamlMapping;

interface YamlNode {
  /** Counts from 1. */
  readonly line: number;
  /** How many nodes it would be without aliases. */
  readonly size: number;
}
export interface YamlScalar extends YamlNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}
export interface YamlList extends YamlNode {
  readonly kind: 'list';
  readonly items: readonly YamlTree[];
  /** A tag of its own, such as GitLab's `!reference`. */
  readonly tag: string | null;
}
export interface YamlMapping extends YamlNode {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, YamlEntry>;
}
export interface YamlEntry {
  readonly line: number;
  readonly value: YamlTree;
}

/**
 * Characters of a workflow file, at most: reading a hostile one takes a second of the daemon's thread then, not ten.
 */
export const LONGEST_TEXT = 262_144;
const MOST_NODES = 100_000;
const DEEPEST = 64;
const GROWS = 'there is too much in it, or its aliases grow';

/** Says where in which file something is wrong. */
export function refuseFile(file: string, line: number, reason: string): MintmarkError {
  return new MintmarkError('invalid_request', `${showSafely(file)}:${line}: ${reason}`);
}

export interface YamlRules {
  /** Is `<<` followed? GitHub follows aliases, but not this. */
  readonly mergeKeys: boolean;
  /** May another document stand before the one that counts, such as GitLab's `spec:`? */
  readonly header?: boolean;
  /** The line of everything in it, where it is another file that includes it there. */
  readonly placedAt?: number;
}

/** Nodes that a text may have, at most, without parsing it, which takes a hundred times as long. */
export function countPossibleNodes(text: string): number {
  let count = 1;
  for (const _ of text.matchAll(/[\n,[{:?]|- /g)) count += 1;
  return count;
}

interface ParsedText {
  readonly key: string;
  readonly text: string;
  readonly tree: YamlTree | null;
}

/**
 * The last ones, no longer together than one may be: the same file is read for several events, one after the other.
 */
let recent: readonly ParsedText[] = [];

/**
 * Parses a file, but not again where it was among the last ones; null when there is nothing in it.
 * @throws MintmarkError `invalid_request` with file and line for what is no YAML, has a key twice, or grows without end
 */
export function parseYaml(file: string, text: string, rules: YamlRules): YamlTree | null {
  if (text.length > LONGEST_TEXT) throw refuseFile(file, 1, 'the file is larger than 256 KiB');
  const key = JSON.stringify([file, rules.mergeKeys, rules.header ?? false, rules.placedAt ?? null]);
  const known = recent.find((one) => one.key === key && one.text === text);
  if (known !== undefined) return known.tree;
  const tree = parseText(file, text, rules);
  let length = 0;
  recent = [{ key, text, tree }, ...recent].filter((one) => {
    length += one.text.length + 1;
    return length <= LONGEST_TEXT;
  });
  return tree;
}

function parseText(file: string, text: string, rules: YamlRules): YamlTree | null {
  const lines = new LineCounter();
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false, logLevel: 'silent' } as const;
  let documents: ReturnType<typeof parseAllDocuments>;
  try {
    documents = parseAllDocuments(text, options);
  } catch {
    // The parser calls itself for every level: what it cannot reach the end of is no workflow.
    throw refuseFile(file, 1, 'it is nested too deep');
  }
  for (const { errors } of documents) {
    const [error] = errors;
    if (error === undefined) continue;
    if (error.code === 'RESOURCE_EXHAUSTION') throw refuseFile(file, 1, 'it is nested too deep');
    const { line } = lines.linePos(error.pos[0]);
    throw refuseFile(file, Math.max(line, 1), showSafely(error.message.slice(0, 200)));
  }
  if (documents.length > 1 && rules.header !== true) throw refuseFile(file, 1, 'there are several documents in it');
  const contents: unknown = documents.at(-1)?.contents ?? null;
  return contents === null ? null : build({ file, lines, rules, anchors: new Map() }, contents, 0);
}

/** What is needed for every node of one document. */
interface Building {
  readonly file: string;
  readonly lines: LineCounter;
  readonly rules: YamlRules;
  /** Those whose node has ended: no node can contain itself. */
  readonly anchors: Map<string, YamlTree>;
}

function build(building: Building, node: unknown, depth: number): YamlTree {
  const { file, anchors } = building;
  const line = findLine(building, node);
  if (depth > DEEPEST) throw refuseFile(file, line, 'it is nested too deep');
  if (isAlias(node)) {
    const target = anchors.get(node.source);
    if (target === undefined) throw refuseFile(file, line, `there is no anchor ${quoteText(node.source)}`);
    return target;
  }
  const tree = buildPlain(building, node, depth, building.rules.placedAt ?? line);
  if (tree.size > MOST_NODES) throw refuseFile(file, line, GROWS);
  if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) anchors.set(node.anchor, tree);
  return tree;
}

function buildPlain(building: Building, node: unknown, depth: number, line: number): YamlTree {
  if (isMap(node)) return buildMapping(building, node.items, depth, line);
  if (isSeq(node)) {
    const items = node.items.map((item) => build(building, item, depth + 1));
    const size = items.reduce((sum, item) => sum + item.size, 1);
    return { kind: 'list', items, tag: node.tag ?? null, line, size };
  }
  const value: unknown = isScalar(node) ? node.value : null;
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return { kind: 'scalar', value: isPlain ? value : null, line, size: 1 };
}

function buildMapping(
  building: Building,
  pairs: readonly { readonly key: unknown; readonly value: unknown }[],
  depth: number,
  line: number,
): YamlMapping {
  const { file, rules } = building;
  const own = new Map<string, YamlEntry>();
  const merged = new Map<string, YamlEntry>();
  let size = 1;
  for (const pair of pairs) {
    const keyLine = findLine(building, pair.key);
    const keyTree = build(building, pair.key, depth + 1);
    if (keyTree.kind !== 'scalar') throw refuseFile(file, keyLine, 'a key is no text');
    const key = keyTree.value === null ? '' : String(keyTree.value);
    const value = build(building, pair.value, depth + 1);
    size += value.size;
    if (size > MOST_NODES) throw refuseFile(file, keyLine, GROWS);
    if (key === '<<') {
      mergeInto(merged, building, value, keyLine);
      continue;
    }
    if (own.has(key)) throw refuseFile(file, keyLine, `${quoteText(key)} is there twice`);
    own.set(key, { line: rules.placedAt ?? keyLine, value });
  }
  if (merged.size === 0) return { kind: 'mapping', entries: own, line, size };
  for (const [key, entry] of own) merged.set(key, entry);
  return { kind: 'mapping', entries: merged, line, size };
}

/** Merge keys (yaml.org/type/merge): of several mappings the earlier one counts. */
function mergeInto(into: Map<string, YamlEntry>, { file, rules }: Building, value: YamlTree, line: number): void {
  if (!rules.mergeKeys) throw refuseFile(file, line, '"<<" is not supported here');
  for (const source of value.kind === 'list' ? value.items : [value]) {
    if (source.kind !== 'mapping') throw refuseFile(file, line, '"<<" takes a mapping');
    for (const [key, entry] of source.entries) if (!into.has(key)) into.set(key, entry);
  }
}

function findLine({ lines }: Building, node: unknown): number {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
  return range === undefined || range === null ? 1 : Math.max(lines.linePos(range[0]).line, 1);
}
