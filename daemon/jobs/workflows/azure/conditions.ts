import { type Findings, leaveOut, noteUnknown, startFindings } from '../findings.ts';
import { listItems, pick, readText, readTexts } from '../yaml-access.ts';
import type { YamlTree } from '../yaml-tree.ts';
import { evaluateAzure, isTrue } from './expression.ts';
import { settleVariables } from './runtime.ts';
import type { WholePipeline } from './templates.ts';
import { type AzureVariables, addVariables } from './variables.ts';

/** What is read of a job, and where it stands. */
export interface AzureJobPlace {
  readonly whole: WholePipeline;
  readonly id: string;
  readonly findings: Findings;
  /** Those of the file, the stage and the job. */
  readonly variables: AzureVariables;
}

/**
 * `condition` of a stage or a job, in a run in which all goes well; without one everything has to run that it needs
 * (Azure docs: "Specify conditions").
 * @param skipped what is certainly skipped of it
 */
function tellCondition(
  { variables, findings, whole }: AzureJobPlace,
  tree: YamlTree,
  id: string,
  skipped: readonly string[],
): void {
  const condition = readText(pick(tree, 'condition'));
  const needsRun = skipped.length === 0;
  const reason = needsRun ? '' : `, and ${skipped.join(', ')} does not run`;
  if (condition === undefined) {
    if (!needsRun) leaveOut(findings, `${id}: it needs ${skipped.join(', ')}, which does not run`);
    return;
  }
  const names = new Map([['variables', settleVariables(variables, condition, whole.runtime)]]);
  const answer = evaluateAzure(condition, { names, open: new Set(['variables']), needsRun });
  if (answer.kind === 'unknown') noteUnknown(findings, condition, `${id}.condition`, 'true');
  else if (!isTrue(answer)) leaveOut(findings, `${id}.condition: ${condition} is false${reason}: it is skipped`);
}

/** What certainly does not run, as it is named, by its name in lower case. */
export type Skipped = Map<string, string>;

function pickSkipped(skipped: Skipped, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => skipped.get(name.toLowerCase()) ?? []);
}

/** What holds for all jobs of a stage, by stage. One that does not say what it needs, needs the one before it. */
export function judgeStages(whole: WholePipeline, ofFile: AzureVariables): ReadonlyMap<YamlTree, Findings> {
  const judged = new Map<YamlTree, Findings>();
  const skipped: Skipped = new Map();
  let before: string | undefined;
  for (const stage of listItems(pick(whole.root, 'stages'))) {
    const findings = startFindings(whole.findings);
    const id = readText(pick(stage, 'stage'));
    const place = { whole, id: id ?? 'stage', findings, variables: addVariables(ofFile, pick(stage, 'variables')) };
    noteDoubts(place, stage, place.id);
    const needs = readNeeds(stage) ?? (before === undefined ? [] : [before]);
    tellCondition(place, stage, place.id, pickSkipped(skipped, needs));
    const isSkipped = findings.isLeftOut && !whole.findings.isLeftOut && !whole.doubts.has(stage);
    if (isSkipped && id !== undefined) skipped.set(id.toLowerCase(), id);
    before = id;
    judged.set(stage, findings);
  }
  return judged;
}

/** Says whether a job runs where its stage does. @param beside takes it where it certainly does not */
export function judgeJob(place: AzureJobPlace, job: YamlTree, name: string, beside: Skipped): void {
  const { findings, id, whole } = place;
  noteDoubts(place, job, id);
  const isOut = findings.isLeftOut;
  tellCondition(place, job, id, isOut ? [] : pickSkipped(beside, readNeeds(job) ?? []));
  if (findings.isLeftOut && !isOut && !whole.doubts.has(job)) beside.set(name.toLowerCase(), name);
}

/** What a stage or a job needs; null: the file does not say. */
function readNeeds(tree: YamlTree): readonly string[] | null {
  const needs = tree.kind === 'mapping' ? tree.entries.get('dependsOn')?.value : undefined;
  return needs === undefined ? null : readTexts(needs).filter((name) => name !== '');
}

/** What it depends on whether a tree of the file is there at all. */
export function noteDoubts({ whole, findings }: AzureJobPlace, tree: YamlTree, where: string): void {
  for (const doubt of whole.doubts.get(tree) ?? []) noteUnknown(findings, doubt, where, 'true');
}
