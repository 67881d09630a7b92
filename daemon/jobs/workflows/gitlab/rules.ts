import type { Job } from '../../job.ts';
import { nameGitlabSource } from '../../triggers.ts';
import type { Answer } from '../condition.ts';
import { type Findings, leaveOut, noteUnknown, startFindings, warn } from '../findings.ts';
import { matchesRegexp } from '../simple-regexp.ts';
import { fillVariables, type KnownVariables } from '../variables.ts';
import { listItems, pick, readText, readTexts } from '../yaml-access.ts';
import type { YamlTree } from '../yaml-tree.ts';
import { type ConditionScope, decideGitlabCondition } from './condition.ts';
import { nameReference } from './references.ts';
import { agreeOn, readVariables, SETS_NOTHING, type SetVariables } from './scope.ts';
import { isPersisted } from './variables.ts';

/** Which job it is, and what its variables are. */
export interface RulesPlace {
  readonly root: YamlTree;
  readonly where: string;
  readonly situation: Job;
  readonly findings: Findings;
  readonly known: KnownVariables;
  readonly budget: { left: number };
}

interface JobPlace extends RulesPlace {
  /** Files that may have rules of the job, too, and are not known here. */
  readonly elsewhere: readonly string[];
}

const MOST_RULES = 500;
const DEEPEST_LISTS = 10;

/**
 * Says whether the pipeline has the job (GitLab docs: "Specify when jobs run with rules", "workflow", "only and
 * except"): a warning where it has not, and the conditions that only GitLab can decide.
 * @param workflow what the rules of the workflow come to
 * @returns what the job's own rules come to; null: it has none
 */
export function tellGitlabRules(place: JobPlace, job: YamlTree, workflow: Verdict | null): Verdict | null {
  const { where, situation, findings } = place;
  const pipeline = `a pipeline of ${nameGitlabSource(situation)} for ${nameRef(situation)}`;
  if (workflow?.when === 'never')
    leaveOut(findings, `workflow.rules: they leave out ${pipeline}: there is no such job`);
  const whenAll = readText(pick(job, 'when'));
  const own = judgeRules(place, pick(job, 'rules'), whenAll);
  if (own?.when === 'never') leaveOut(findings, `${where}.rules: they leave the job out of ${pipeline}`);
  noteConditions(findings, workflow?.unknown ?? [], 'workflow.rules');
  noteConditions(findings, own?.unknown ?? [], `${where}.rules`);
  if (own === null) judgePolicies(place, job, { pipeline, hasWorkflowRules: workflow !== null });
  const when = own?.when ?? whenAll;
  if (when === 'manual') warn(findings, `${where}.when: somebody has to start it`);
  if (own === null && when === 'never') leaveOut(findings, `${where}.when: the job never runs`);
  return own;
}

export interface Verdict {
  /** `when` of the rule that decides, where it is certain. */
  readonly when: string | null;
  /** Conditions that are not decided here, and that it depends on. */
  readonly unknown: readonly string[];
  /** What the rule that decides sets; where it may be one of several, what they do not agree on is not known. */
  readonly variables: SetVariables;
  /** Conditions that are not decided here, whether or not the job depends on them. */
  readonly open: readonly string[];
}

/** Says why a variable is not known that a job asked for. */
export function tellDoubts(findings: Findings, verdict: Verdict | null, where: string): void {
  if (verdict === null) return;
  for (const name of new Set(findings.unknowns.map(({ expression }) => expression))) {
    if (!name.startsWith('$') || verdict.variables.get(name.slice(1)) !== null) continue;
    warn(findings, `${where}: ${name} depends on ${joinConditions(verdict.open)}`);
  }
}

function noteConditions(findings: Findings, conditions: readonly string[], where: string): void {
  if (conditions.length > 0) noteUnknown(findings, joinConditions(conditions), where, 'true');
}

/** In words: `|` would read as an operator of the conditions. */
function joinConditions(conditions: readonly string[]): string {
  return [...new Set(conditions)].join(', or ');
}

/** The first rule that matches decides; where none does, there is no job. null: there are no rules. */
export function judgeRules(place: RulesPlace, tree: YamlTree | undefined, whenAll: string | undefined): Verdict | null {
  const rules = flattenRules(tree);
  if (rules.length === 0) return null;
  const unknown: string[] = [];
  const outcomes = new Set<string>();
  const variables: SetVariables[] = [];
  let isDecided = false;
  for (const rule of rules) {
    const { answer, open } = judgeRule(place, rule);
    if (answer === false) continue;
    const outcome = readText(pick(rule, 'when')) ?? whenAll ?? 'on_success';
    outcomes.add(outcome);
    if (outcome !== 'never') variables.push(readRuleVariables(place, rule));
    unknown.push(...open);
    isDecided = answer === true;
    if (isDecided) break;
  }
  if (!isDecided) outcomes.add('never');
  const [when = null] = outcomes;
  const agreed = agreeOn(variables, place.known);
  const isCertain = outcomes.size === 1;
  return { when: isCertain ? when : null, unknown: isCertain ? [] : unknown, variables: agreed, open: unknown };
}

/** Where too many were read in the whole file, none is filled in any more. */
function readRuleVariables({ budget }: RulesPlace, rule: YamlTree): SetVariables {
  const tree = pick(rule, 'variables');
  budget.left -= tree?.size ?? 0;
  return budget.left > 0 ? readVariables(tree) : SETS_NOTHING;
}

/** Conditions that only the repository's files and history decide, in words. */
const FILE_RULES = { changes: 'files that changed (changes)', exists: 'files that are there (exists)' } as const;

/**
 * Everything has changed where there is no push event of a branch, and nothing to compare to (GitLab docs: "CI/CD YAML
 * syntax reference", "rules:changes").
 */
function isAlwaysChanged(changes: YamlTree, { trigger }: Job): boolean {
  return pick(changes, 'compare_to') === undefined && ['tag', 'schedule', 'manual'].includes(trigger);
}

/** All of a rule's conditions have to hold. */
function judgeRule(place: RulesPlace, rule: YamlTree): { answer: Answer; open: readonly string[] } {
  if (rule.kind !== 'mapping') return { answer: null, open: ['a !reference to another file'] };
  const condition = readText(pick(rule, 'if')) ?? nameReference(pick(rule, 'if'));
  const answer = condition === undefined ? true : decideGitlabCondition(condition, openScope(place));
  const files = Object.entries(FILE_RULES).flatMap(([name, words]) => {
    const tree = pick(rule, name);
    return tree === undefined || (name === 'changes' && isAlwaysChanged(tree, place.situation)) ? [] : [words];
  });
  if (answer === false || (answer === true && files.length === 0)) return { answer, open: [] };
  const open = [...(answer === null && condition !== undefined ? [condition] : []), ...files];
  return { answer: null, open: [open.join(', and ')] };
}

/** Lists in lists are one; a reference to another file is a rule that nobody here knows. */
function flattenRules(tree: YamlTree | undefined, depth = 0): readonly YamlTree[] {
  if (nameReference(tree) !== undefined && tree !== undefined) return [tree];
  const rules: YamlTree[] = [];
  for (const item of listItems(tree)) {
    if (rules.length >= MOST_RULES) break;
    if (item.kind !== 'list') rules.push(item);
    else if (depth < DEEPEST_LISTS) rules.push(...flattenRules(item, depth + 1).slice(0, MOST_RULES));
  }
  return rules;
}

/** Predefined variables that say by their absence what a pipeline is not. */
const TELLING = /^CI_(?:COMMIT_(?:BRANCH|TAG)|PIPELINE_TRIGGERED|(?:MERGE_REQUEST|EXTERNAL_PULL_REQUEST)_\w+)$/;

function openScope({ known, budget, situation }: RulesPlace): ConditionScope {
  return {
    budget,
    read: (name) => {
      const value = known.get(name);
      if (value === undefined) {
        const isOfRequest = situation.pullRequest !== null && name.startsWith('CI_MERGE_REQUEST_');
        return (TELLING.test(name) && !isOfRequest) || isPersisted(name) ? null : undefined;
      }
      const findings = startFindings();
      const filled = fillVariables(value, { known, budget, where: name, findings });
      return findings.unknowns.length > 0 ? undefined : filled;
    },
  };
}

/** A job that says nothing is in pipelines of branches and tags, unless the file says which pipelines there are. */
const DEFAULT_ONLY = ['branches', 'tags'];

function judgePolicies(
  place: JobPlace,
  job: YamlTree,
  { pipeline, hasWorkflowRules }: { readonly pipeline: string; readonly hasWorkflowRules: boolean },
): void {
  const { where, findings, situation } = place;
  const only = pick(job, 'only');
  const except = pick(job, 'except');
  const mayBeElsewhere =
    place.elsewhere.length > 0 || findings.unknowns.some(({ where: at }) => at === `${where}.extends`);
  if (only === undefined && !hasWorkflowRules && matchesRefs(DEFAULT_ONLY, situation) === false) {
    if (!mayBeElsewhere) leaveOut(findings, `${where}: without rules the job is not in ${pipeline}`);
    for (const what of place.elsewhere) noteUnknown(findings, what, 'include', null);
  }
  for (const [name, tree] of [
    ['only', only],
    ['except', except],
  ] as const) {
    if (tree === undefined) continue;
    const answer = judgePolicy(place, tree, name);
    const leavesOut = name === 'only' ? answer === false : answer === true;
    if (leavesOut) leaveOut(findings, `${where}.${name}: it leaves the job out of ${pipeline}`);
    if (answer === null) {
      noteUnknown(findings, joinConditions(readTexts(tree)) || name, `${where}.${name}`, String(name === 'only'));
    }
  }
}

/** `only` wants all of its parts to hold, `except` one of them. */
function judgePolicy(place: RulesPlace, tree: YamlTree, name: 'only' | 'except'): Answer {
  if (tree.kind !== 'mapping') return matchesRefs(readTexts(tree), place.situation);
  const refs = pick(tree, 'refs');
  const variables = pick(tree, 'variables');
  const changes = pick(tree, 'changes');
  const parts: Answer[] = [
    ...(refs === undefined ? [] : [matchesRefs(readTexts(refs), place.situation)]),
    ...(variables === undefined
      ? []
      : [any(readTexts(variables).map((one) => decideGitlabCondition(one, openScope(place))))]),
    ...(changes === undefined ? [] : [isAlwaysChanged(changes, place.situation) || null]),
    ...(pick(tree, 'kubernetes') === undefined ? [] : [null]),
  ];
  if (name === 'except') return any(parts);
  return parts.includes(false) ? false : parts.includes(null) ? null : true;
}

function any(answers: readonly Answer[]): Answer {
  return answers.includes(true) ? true : answers.includes(null) ? null : false;
}

/** Names that the keywords of `only` have for sources; others are the plural (`Gitlab::Ci::Build::Policy::Refs`). */
const SINGULAR = new Set(['api', 'external', 'web']);

function matchesRefs(patterns: readonly string[], job: Job): Answer {
  const source = nameGitlabSource(job);
  const isMergeRequest = job.pullRequest !== null;
  return any(
    patterns.map((written) => {
      const [, pattern = written, path] = /^(.+)@([\w./-]+)$/.exec(written) ?? [];
      if (path !== undefined && path !== `${job.owner}/${job.repository}`) return false;
      if (pattern === 'branches') return !isMergeRequest && job.refType === 'branch';
      if (pattern === 'tags') return !isMergeRequest && job.refType === 'tag';
      if (pattern === 'merge_requests') return isMergeRequest;
      if (pattern === (SINGULAR.has(source) ? source : toPlural(source))) return true;
      if (isMergeRequest) return false;
      const [, expression, flags = ''] = /^\/(.*)\/([a-zA-Z]*)$/.exec(pattern) ?? [];
      if (expression === undefined) return pattern === job.refName;
      return /^i?$/.test(flags) ? matchesRegexp(expression, job.refName, flags === 'i') : null;
    }),
  );
}

/** `push` → `pushes`, as Rails has it. */
function toPlural(source: string): string {
  return source.endsWith('sh') ? `${source}es` : `${source}s`;
}

function nameRef({ pullRequest, refType, refName }: Job): string {
  return pullRequest === null ? `${refType} ${refName}` : `branch ${pullRequest.headBranch}`;
}
