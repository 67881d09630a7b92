import type { Job } from '../../job.ts';
import { type Findings, leaveOut, warn } from '../findings.ts';
import { matchesRefPattern } from '../ref-pattern.ts';
import { pick, readText, readTexts } from '../yaml-access.ts';
import type { YamlTree } from '../yaml-tree.ts';

/** Where `pr` of the file counts for nothing: pull requests are for policies of branches there. */
const AZURE_REPOS = 'dev.azure.com';

/**
 * Says why a push, a tag or a pull request would not start a run (Azure docs: "trigger definition", "pr definition").
 * Without `trigger`, branches start one, and what tags do is a matter of settings.
 */
export function tellAzureTrigger(findings: Findings, root: YamlTree, job: Job): void {
  const { trigger, pullRequest, ref, host } = job;
  if (trigger === 'push' || trigger === 'tag') tellRef(findings, pick(root, 'trigger'), ref, 'trigger');
  if (pullRequest !== null && host !== AZURE_REPOS) {
    tellRef(findings, pick(root, 'pr'), `refs/heads/${pullRequest.baseBranch}`, 'pr');
  }
}

function tellRef(findings: Findings, tree: YamlTree | undefined, ref: string, name: 'trigger' | 'pr'): void {
  const isTag = ref.startsWith('refs/tags/');
  if (tree === undefined) {
    if (isTag) warn(findings, `${name}: a tag starts no run unless the file, or a setting, names it`);
    return;
  }
  if (!takesRef(tree, ref, isTag)) leaveOut(findings, `${name}: ${ref} does not start it`);
  else if (pick(tree, 'paths') !== undefined) {
    warn(findings, `${name}: whether it starts depends on the paths that changed`);
  }
}

function takesRef(tree: YamlTree, ref: string, isTag: boolean): boolean {
  if (readText(tree)?.toLowerCase() === 'none') return false;
  if (tree.kind !== 'mapping') return matchesAny(readTexts(tree), ref);
  const branches = pick(tree, 'branches');
  const tags = pick(tree, 'tags');
  const isOfBranches = branches === undefined ? !isTag : takes(branches, ref, isTag);
  return isOfBranches || (isTag && tags !== undefined && takesTag(tags, ref));
}

/** Without `include` it is every branch, but no tag. */
function takes(filter: YamlTree, ref: string, isTag: boolean): boolean {
  const include = pick(filter, 'include');
  const isIncluded = include === undefined ? !isTag : matchesAny(readTexts(include), ref);
  return isIncluded && !matchesAny(readTexts(pick(filter, 'exclude')), ref);
}

function takesTag(filter: YamlTree, ref: string): boolean {
  const name = ref.replace(/^refs\/tags\//, '');
  const include = pick(filter, 'include');
  const isIncluded = include === undefined || matchesAny(readTexts(include), name);
  return isIncluded && !matchesAny(readTexts(pick(filter, 'exclude')), name);
}

/** Patterns may be full names; a star is anything, a slash included. */
function matchesAny(patterns: readonly string[], ref: string): boolean {
  const branch = ref.replace(/^refs\/heads\//, '');
  return patterns.some((pattern) => {
    const wide = pattern.replace(/^refs\/heads\//, '').replace(/\*+/g, '**');
    return matchesRefPattern(wide, branch);
  });
}
