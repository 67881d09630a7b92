import { type Findings, noteUnknown } from '../findings.ts';
import { listItems, pick, readTexts } from '../yaml-access.ts';
import { refuseFile, type YamlEntry, type YamlTree } from '../yaml-tree.ts';
import type { GrowthBudget } from './templates.ts';

/** How far one may lead to another (GitLab docs: "!reference tags"), and one more. */
const DEEPEST = 11;
/** Of a tree with all that its references stand for. */
const MOST_NODES = 1_000_000;
const GROWS = 'its references make it grow too large';

/** Nodes that may be looked into on the way, in the whole file. */
export const MOST_REFERENCED = 1_500_000;

interface Resolving extends GrowthBudget {
  readonly root: YamlTree;
  readonly done: Map<YamlTree, YamlTree>;
  /** What is being looked into: a reference to it would have no end. */
  readonly open: Set<YamlTree>;
  /** How often a reference stayed because it was too far away, or what it names was open. */
  stayed: number;
}

/**
 * A tree with what its `!reference [.job, key]` stand for (GitLab docs: "!reference tags"). One to what is not in the
 * root, or to what it is in, stays: `nameReference` tells it from a list.
 * @throws MintmarkError `invalid_request` where that grows without end
 */
export function resolveReferences(growth: GrowthBudget, root: YamlTree, tree: YamlTree = root): YamlTree {
  return resolve({ ...growth, root, done: new Map(), open: new Set(), stayed: 0 }, tree, 0);
}

function resolve(resolving: Resolving, tree: YamlTree, depth: number): YamlTree {
  if (tree.kind === 'scalar') return tree;
  const known = resolving.done.get(tree);
  if (known !== undefined) return known;
  const { stayed, budget } = resolving;
  budget.left -= 1 + (tree.kind === 'list' ? tree.items.length : tree.entries.size);
  if (budget.left < 0) throw refuseFile(resolving.path, tree.line, GROWS);
  resolving.open.add(tree);
  const resolved = nameReference(tree) === undefined ? rebuild(resolving, tree, depth) : follow(resolving, tree, depth);
  resolving.open.delete(tree);
  if (resolved.size > MOST_NODES) throw refuseFile(resolving.path, tree.line, GROWS);
  // Another reader may be nearer, or outside of what is open now.
  if (resolving.stayed === stayed) resolving.done.set(tree, resolved);
  return resolved;
}

function follow(resolving: Resolving, reference: YamlTree, depth: number): YamlTree {
  let target: YamlTree | undefined = resolving.root;
  for (const name of readTexts(reference)) target = pick(target, name);
  if (target === undefined) return reference;
  if (depth === DEEPEST || resolving.open.has(target)) {
    resolving.stayed += 1;
    return reference;
  }
  return resolve(resolving, target, depth + 1);
}

/** The same tree where nothing in it is a reference. */
function rebuild(resolving: Resolving, tree: YamlTree, depth: number): YamlTree {
  let size = 1;
  let isSame = true;
  const take = (child: YamlTree): YamlTree => {
    const resolved = resolve(resolving, child, depth);
    size += resolved.size;
    isSame &&= resolved === child;
    return resolved;
  };
  if (tree.kind === 'list') {
    const items = tree.items.map(take);
    return isSame ? tree : { ...tree, items, size };
  }
  if (tree.kind === 'scalar') return tree;
  const entries = new Map<string, YamlEntry>();
  for (const [name, { line, value }] of tree.entries) entries.set(name, { line, value: take(value) });
  return isSame ? tree : { ...tree, entries, size };
}

/** As it is written; undefined: it is none. */
export function nameReference(tree: YamlTree | undefined): string | undefined {
  if (tree?.kind !== 'list' || tree.tag !== '!reference') return undefined;
  return `!reference [${listItems(tree).flatMap(readTexts).join(', ')}]`;
}

/** Is it a reference to what is not here? It is named then. */
export function noteReference(findings: Findings, tree: YamlTree | undefined, where: string): boolean {
  const name = nameReference(tree);
  if (name !== undefined) noteUnknown(findings, name, where, null);
  return name !== undefined;
}
