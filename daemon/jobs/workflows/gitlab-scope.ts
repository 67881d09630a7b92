import type { Job } from '../job.ts';
import { resolveReference } from './gitlab-templates.ts';
import { listGitlabVariables } from './gitlab-variables.ts';
import { listEntries, pick, readText, readTexts } from './yaml-access.ts';
import type { YamlTree } from './yaml-tree.ts';

/** What `variables:` of a rule, a job or a file sets, by name; null: nobody here knows to what. */
export type SetVariables = ReadonlyMap<string, string | null>;

export const SETS_NOTHING: SetVariables = new Map();

/** Texts and `value:`s of a mapping of variables; others are none. */
export function readVariables(root: YamlTree, tree: YamlTree | undefined): SetVariables {
  const read = new Map<string, string | null>();
  const whole = resolveReference(root, tree);
  // A reference to another file sets nobody knows what.
  for (const [name, { value }] of listEntries(whole)) {
    const one = resolveReference(root, value);
    const said = readText(one) ?? readText(pick(one, 'value'));
    if (said !== undefined) read.set(name, said);
    else if (one === undefined) read.set(name, null);
  }
  return read;
}

/** What the whole file knows, without a job: predefined variables, and its own. */
export function listFileVariables(root: YamlTree, situation: Job): ReadonlyMap<string, string> {
  const predefined = listGitlabVariables(situation, '');
  return setAll(predefined, predefined, readVariables(root, pick(root, 'variables')));
}

export interface JobScope {
  readonly root: YamlTree;
  readonly situation: Job;
  /** As GitLab has it, with its row of a matrix. */
  readonly jobName: string;
  readonly row: Readonly<Record<string, string>> | null;
  /** What the rule of the workflow sets. */
  readonly ofWorkflow: SetVariables;
}

/**
 * What a job knows (`Gitlab::Ci::Pipeline::Seed::Build`): predefined variables, those of the file with those of the
 * workflow's rule over them, as far as `inherit: variables` has them, and the job's own.
 */
export function listJobVariables(scope: JobScope, job: YamlTree): ReadonlyMap<string, string> {
  const { root, situation, jobName, row, ofWorkflow } = scope;
  const predefined = listGitlabVariables(situation, jobName);
  const rule = resolveReference(root, pick(pick(job, 'inherit'), 'variables'));
  const isInherited = (name: string): boolean =>
    rule?.kind === 'list' ? readTexts(rule).includes(name) : readText(rule) !== 'false';
  const ofFile = [...readVariables(root, pick(root, 'variables')), ...ofWorkflow].filter(([name]) => isInherited(name));
  const own = readVariables(root, pick(job, 'variables'));
  return setAll(predefined, predefined, new Map([...ofFile, ...own, ...Object.entries(row ?? {})]));
}

/** What the rule that has the job run sets goes before everything else of the file. */
export function addRuleVariables(
  { situation, jobName }: Pick<JobScope, 'situation' | 'jobName'>,
  known: ReadonlyMap<string, string>,
  ofRule: SetVariables,
): ReadonlyMap<string, string> {
  return ofRule.size === 0 ? known : setAll(listGitlabVariables(situation, jobName), known, ofRule);
}

/** In one that stands for itself it is what is predefined: of the file's only the last one is there. */
function setAll(
  predefined: ReadonlyMap<string, string>,
  known: ReadonlyMap<string, string>,
  variables: SetVariables,
): ReadonlyMap<string, string> {
  const all = new Map(known);
  for (const [name, value] of variables) {
    const itself = predefined.get(name);
    const filled = value?.replace(/\$\$|\$\{(\w+)\}|\$(\w+)/g, (source, braced?: string, bare?: string) =>
      (braced ?? bare) === name ? (itself ?? '$$') : source,
    );
    const isOpen = itself === undefined && value !== null && filled !== value;
    if (value === null || filled === undefined || isOpen) all.delete(name);
    else all.set(name, filled);
  }
  return all;
}
