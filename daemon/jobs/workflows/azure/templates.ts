import { posix } from 'node:path';
import { NOT_THERE } from '../../workflow-file.ts';
import type { WorkflowReading } from '../../workflow-job.ts';
import { type Findings, leaveOut, startFindings, warn } from '../findings.ts';
import { listEntries, listItems, pick, readText } from '../yaml-access.ts';
import {
  countPossibleNodes,
  parseYaml,
  refuseFile,
  type YamlEntry,
  type YamlMapping,
  type YamlTree,
} from '../yaml-tree.ts';
import { type Expanding, expandTree, expandVariables } from './expand.ts';
import { makeScalar, toText } from './expression.ts';
import { type AzurePlace, fillAzure } from './place.ts';
import { type AzureVariables, addVariables, listAzureVariables } from './variables.ts';

/** How often templates are included, and how deep they nest (Azure docs: "Imposed limits", an older and lower one). */
const MOST_TEMPLATES = 500;
const DEEPEST = 20;
/** Of all templates together: reading them takes no longer than reading one file that is as large as one may be. */
const MOST_READ_NODES = 60_000;
const MOST_NODES = 200_000;

/** A file with the templates that it names. */
export interface WholePipeline {
  /** `variables`, and `stages`, `jobs` or `steps`. */
  readonly root: YamlTree;
  /** Templates that are not read, by what stands in their place. */
  readonly unread: ReadonlyMap<YamlTree, string>;
  readonly doubts: ReadonlyMap<YamlTree, readonly string[]>;
  /** Predefined variables. */
  readonly variables: AzureVariables;
  /** What holds for all of its jobs. */
  readonly findings: Findings;
  /** Characters of variables that may still be computed as a run would. */
  readonly runtime: { left: number };
}

interface Including extends Expanding {
  readonly reading: WorkflowReading;
  readonly findings: Findings;
  readonly unread: Map<YamlTree, string>;
  readonly parsed: Map<string, YamlMapping | null>;
  includesLeft: number;
  readLeft: number;
}

const PARTS = ['stages', 'jobs', 'steps'] as const;

/**
 * A file together with the local templates that it names: of stages, jobs, steps and variables, and the one that it
 * extends (Azure docs: "Template usage reference"). Templates of other repositories are not read, but named.
 * @throws MintmarkError `invalid_request` for a template that is no YAML or no mapping, or grows without end
 */
export async function readTemplates(reading: WorkflowReading, tree: YamlMapping): Promise<WholePipeline> {
  const { path } = reading.file;
  const including: Including = {
    reading,
    path,
    findings: startFindings(),
    unread: new Map(),
    doubts: new Map(),
    parsed: new Map(),
    left: MOST_NODES,
    includesLeft: MOST_TEMPLATES,
    readLeft: MOST_READ_NODES,
    include: (item, place) => include(including, item, place),
  };
  const isBatched = readText(pick(pick(tree, 'trigger'), 'batch')) === 'true';
  const variables = listAzureVariables(reading.situation, isBatched);
  const none: YamlMapping = { kind: 'mapping', entries: new Map(), line: 1, size: 1 };
  const start: AzurePlace = { chain: [path], line: null, parameters: none, variables, each: new Map() };
  const parameters = readParameters(pick(tree, 'parameters'), undefined, start);
  const root = await expandRoot(including, tree, { ...start, parameters });
  const { unread, doubts, findings } = including;
  return { root, unread, doubts, variables, findings, runtime: { left: 1_000_000 } };
}

/** The parts of a file that become a pipeline; what it extends has them in its place. */
async function expandRoot(including: Including, tree: YamlMapping, outer: AzurePlace): Promise<YamlTree> {
  const entries = new Map<string, YamlEntry>();
  let place = outer;
  const own = tree.entries.get('variables');
  if (own !== undefined) {
    const value = await expandVariables(including, own.value, place);
    entries.set('variables', { line: own.line, value });
    place = { ...place, variables: addVariables(place.variables, value) };
  }
  const base = pick(tree, 'extends');
  if (base?.kind === 'mapping') {
    const found = await openTemplate(including, base, place);
    if (typeof found === 'string')
      entries.set('jobs', { line: base.line, value: listOne(markUnread(including, base, place, found)) });
    else {
      const root = await expandRoot(including, found.tree, found.place);
      for (const [name, entry] of listEntries(root)) if (!entries.has(name)) entries.set(name, entry);
    }
  }
  for (const name of [...PARTS, 'strategy']) {
    const part = tree.entries.get(name);
    if (part === undefined) continue;
    entries.set(name, { line: place.line ?? part.line, value: await expandTree(including, part.value, place) });
  }
  return { ...tree, line: place.line ?? tree.line, entries };
}

function listOne(tree: YamlTree): YamlTree {
  return { kind: 'list', tag: null, items: [tree], line: tree.line, size: tree.size + 1 };
}

/** Items of a template's list, whichever of the lists it has. */
async function include(including: Including, item: YamlMapping, place: AzurePlace): Promise<readonly YamlTree[]> {
  const found = await openTemplate(including, item, place);
  if (typeof found === 'string') return [markUnread(including, item, place, found)];
  const { tree, place: inside } = found;
  const variables = pick(tree, 'variables');
  if (variables !== undefined && PARTS.every((name) => pick(tree, name) === undefined)) {
    return listItems(await expandVariables(including, variables, inside));
  }
  const root = await expandRoot(including, tree, inside);
  return PARTS.flatMap((name) => listItems(pick(root, name)));
}

function markUnread(including: Including, item: YamlTree, place: AzurePlace, name: string): YamlTree {
  const mark: YamlTree = { kind: 'mapping', entries: new Map(), line: place.line ?? item.line, size: 1 };
  including.unread.set(mark, name);
  return mark;
}

/** A template and where it is expanded; a text: it is not read, and this is its name. */
async function openTemplate(
  including: Including,
  item: YamlMapping,
  place: AzurePlace,
): Promise<{ readonly tree: YamlMapping; readonly place: AzurePlace } | string> {
  const { reading, findings, parsed } = including;
  const written = readText(pick(item, 'template')) ?? '';
  const said = toText(fillAzure(written, place)) ?? written;
  const [, local = said, repository = 'self'] = /^(.*)@([^@/]+)$/.exec(said) ?? [];
  if (repository !== 'self' || said.includes('${{')) return said;
  const path = resolvePath(local, place.chain.at(-1) ?? '');
  const leave = (reason: string): string => {
    warn(findings, `template: ${path} ${reason}`);
    return said;
  };
  if (path.startsWith('../') || path === '..') return leave('leads out of the repository');
  if (!/\.ya?ml$/i.test(path)) return leave('is not read: its name is none of a YAML file');
  including.includesLeft -= 1;
  if (including.includesLeft < 0) return leave(`is not read: there are more than ${MOST_TEMPLATES}`);
  if (place.chain.length > DEEPEST) {
    const at = place.chain.indexOf(path);
    const way = [...place.chain.slice(at), path].slice(0, 5).join(' → ');
    return leave(
      at < 0 ? `is not read: it is deeper than ${DEEPEST} levels` : `is not read: ${way} goes round in a circle`,
    );
  }
  const known = parsed.get(path);
  if (known === undefined) {
    const sibling = await reading.readSibling(path);
    if (sibling.text === null) {
      if (sibling.absence !== NOT_THERE.absence) return leave(sibling.absence);
      leaveOut(findings, `template: ${path} ${sibling.absence}, so there is no run`);
      return said;
    }
    including.readLeft -= countPossibleNodes(sibling.text);
    if (including.readLeft < 0) return leave('is not read: there is too much in all templates together');
    const tree = parseYaml(path, sibling.text, { mergeKeys: false });
    if (tree !== null && tree.kind !== 'mapping') throw refuseFile(path, 1, 'it is no mapping');
    parsed.set(path, tree);
  }
  const tree = parsed.get(path) ?? null;
  if (tree === null) return leave('has nothing in it');
  const given = pick(item, 'parameters');
  const line = place.line ?? item.line;
  const values = given === undefined ? undefined : await expandTree(including, given, place);
  const parameters = readParameters(pick(tree, 'parameters'), values, place);
  return {
    tree,
    place: { chain: [...place.chain, path], line, parameters, variables: place.variables, each: new Map() },
  };
}

/** Below the root. A path begins at the file that names it, or at the root with a slash. */
function resolvePath(path: string, from: string): string {
  const slashed = path.replaceAll('\\', '/');
  return posix.normalize(
    slashed.startsWith('/') ? slashed.replace(/^\/+/, '') : posix.join(posix.dirname(from), slashed),
  );
}

/**
 * The parameters of a file: a list with types and defaults, or a mapping of names and defaults. One that has no value
 * is an expression that nobody can fill in.
 */
function readParameters(
  declared: YamlTree | undefined,
  given: YamlTree | undefined,
  { line }: AzurePlace,
): YamlMapping {
  const entries = new Map<string, YamlEntry>();
  const saidValues = new Map(listEntries(given).map(([name, entry]) => [name.toLowerCase(), entry.value]));
  const add = (name: string, at: number, fallback: YamlTree | undefined, type: string | undefined): void => {
    const value =
      saidValues.get(name.toLowerCase()) ?? fallback ?? makeScalar(`\${{ parameters.${name} }}`, line ?? at);
    entries.set(name.toLowerCase(), { line: line ?? at, value: castScalar(value, type) });
  };
  for (const [name, { line: at, value }] of listEntries(declared)) add(name, at, value, undefined);
  for (const item of listItems(declared)) {
    const name = readText(pick(item, 'name'));
    const isGiven = item.kind === 'mapping' && item.entries.has('default');
    const fallback = pick(item, 'default') ?? (isGiven ? makeScalar('', item.line) : undefined);
    if (name !== undefined) add(name, item.line, fallback, readText(pick(item, 'type')));
  }
  const size = [...entries.values()].reduce((sum, { value }) => sum + value.size, 1);
  return { kind: 'mapping', entries, line: line ?? 1, size };
}

/** Without a type a scalar is a text (Azure docs: "Job, stage, and step templates with parameters"). */
function castScalar(tree: YamlTree, type = 'string'): YamlTree {
  const text = readText(tree);
  if (text === undefined || text.includes('${{')) return tree;
  if (type === 'boolean' && /^(?:true|false)$/i.test(text))
    return { ...makeScalar(/^true$/i.test(text)), line: tree.line };
  if (type === 'number' && text.trim() !== '' && Number.isFinite(Number(text)))
    return { ...makeScalar(Number(text)), line: tree.line };
  return type === 'string' ? { ...makeScalar(text), line: tree.line } : tree;
}
