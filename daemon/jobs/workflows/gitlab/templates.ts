import { type Findings, noteUnknown } from '../findings.ts';
import { pick, readTexts } from '../yaml-access.ts';
import { refuseFile, type YamlEntry, type YamlTree } from '../yaml-tree.ts';

/** How far `extends` reaches (GitLab docs: "extends"). */
const DEEPEST = 11;

/** How much may still be put together for one file. */
export interface GrowthBudget {
  readonly path: string;
  /** Entries that may still be copied. */
  readonly budget: { left: number };
}

/** What reading the jobs of one file shares. */
export interface Extending extends GrowthBudget {
  readonly root: YamlTree;
  /** Templates by name, extended once. */
  readonly extended: Map<string, YamlTree>;
  /** Variables that may still be filled in. */
  readonly variables: { left: number };
}

export function startExtending(path: string, root: YamlTree): Extending {
  return { path, root, extended: new Map(), budget: { left: 1_000_000 }, variables: { left: 300_000 } };
}

/**
 * A job with everything that it extends: mappings are put together, anything else is replaced, and what is named later
 * goes before (GitLab docs: "extends"). A template that is not in the file is named: an `include` may have it.
 * @throws MintmarkError `invalid_request` for what extends itself
 */
export function extendJob(
  extending: Extending,
  place: { readonly where: string; readonly findings: Findings },
  tree: YamlTree,
  depth = 0,
): YamlTree {
  const names = readTexts(pick(tree, 'extends'));
  if (names.length === 0) return tree;
  if (depth === DEEPEST) throw refuseFile(extending.path, tree.line, `extends goes deeper than ${DEEPEST} levels`);
  let merged: YamlTree = { kind: 'mapping', entries: new Map(), line: tree.line, size: 1 };
  for (const name of names) {
    const template = pick(extending.root, name);
    if (template === undefined) {
      noteUnknown(place.findings, name, `${place.where}.extends`, null);
      continue;
    }
    const whole = extending.extended.get(name) ?? extendJob(extending, place, template, depth + 1);
    extending.extended.set(name, whole);
    merged = mergeTrees(extending, merged, whole);
  }
  return mergeTrees(extending, merged, tree);
}

/**
 * Two trees as one: mappings are put together at any depth, and what is above goes before.
 * @throws MintmarkError `invalid_request` where that grows without end
 */
export function mergeTrees(growth: GrowthBudget, below: YamlTree, above: YamlTree): YamlTree {
  if (below === above || below.kind !== 'mapping' || above.kind !== 'mapping') return above;
  growth.budget.left -= below.entries.size + above.entries.size + 1;
  if (growth.budget.left < 0) throw refuseFile(growth.path, above.line, 'extends and include make it grow too large');
  const entries = new Map<string, YamlEntry>(below.entries);
  for (const [name, entry] of above.entries) {
    const under = entries.get(name);
    const value = under === undefined ? entry.value : mergeTrees(growth, under.value, entry.value);
    entries.set(name, { line: entry.line, value });
  }
  return { kind: 'mapping', entries, line: above.line, size: below.size + above.size };
}
