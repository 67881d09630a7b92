import { nameGithubEvent } from '../../triggers.ts';
import { type Findings, leaveOut, startFindings, warn } from '../findings.ts';
import { decideCondition } from '../templates.ts';
import { listEntries, pick, readText, readTexts, requireMapping } from '../yaml-access.ts';
import { refuseFile, type YamlTree } from '../yaml-tree.ts';
import { type Level, listContexts, spendOnJob } from './level.ts';

/** A job of a workflow before it is looked into. */
export interface JobPlan {
  /** With its callers: `release/deploy`. */
  readonly id: string;
  /** How messages call it: `jobs.release/deploy`. */
  readonly where: string;
  readonly tree: YamlTree;
  readonly line: number;
  readonly findings: Findings;
}

/**
 * The jobs of one workflow, with what their `if` and `needs` come to for the event: a job that would be skipped is
 * there with a warning.
 * @throws MintmarkError `invalid_request` for what is no job
 */
export function planJobs(level: Level): readonly JobPlan[] {
  const { root, path, caller } = level;
  const jobs = pick(root, 'jobs');
  if (jobs === undefined) return [];
  const plans = new Map<string, JobPlan>();
  for (const [ownId, { line, value }] of listEntries(requireMapping(path, jobs, 'jobs'))) {
    if (!/^[A-Za-z_][\w-]{0,99}$/.test(ownId)) {
      throw refuseFile(path, line, 'a job is named with letters, digits, - and _, and begins with no digit');
    }
    requireMapping(path, value, `jobs.${ownId}`);
    spendOnJob(level, value);
    const id = caller === null ? ownId : `${caller.id}/${ownId}`;
    plans.set(ownId, { id, where: `jobs.${id}`, tree: value, line, findings: startFindings(level.findings) });
  }
  const decided = new Map<string, boolean | null>();
  for (const ownId of plans.keys()) decideRun(level, plans, ownId, decided);
  return [...plans.values()];
}

/** Would the job run? null: only the platform knows. */
function decideRun(
  level: Level,
  plans: ReadonlyMap<string, JobPlan>,
  ownId: string,
  decided: Map<string, boolean | null>,
): boolean | null {
  const known = decided.get(ownId);
  if (known !== undefined) return known;
  const plan = plans.get(ownId);
  // Jobs that need each other, or one that is not there: the platform refuses the file.
  if (plan === undefined) return null;
  decided.set(ownId, null);
  const needs = readTexts(pick(plan.tree, 'needs'));
  const ran = needs.map((need) => [need, decideRun(level, plans, need, decided)] as const);
  const skipped = ran.find(([, runs]) => runs === false)?.[0];
  const needsRan = skipped !== undefined ? false : ran.every(([, runs]) => runs === true) ? true : null;
  const condition = readText(pick(plan.tree, 'if')) ?? '';
  const before = plan.findings.unknowns.length;
  level.guesses.clear();
  const runs = decideCondition(condition, {
    where: `${plan.where}.if`,
    scope: { contexts: listContexts(level, 'if'), needsRan, budget: level.budget },
    findings: plan.findings,
  });
  for (const guess of level.guesses) warn(plan.findings, `${plan.where}.if: ${guess}`);
  // That a job before it may be skipped is said there; here it is no news.
  if (condition === '') plan.findings.unknowns.splice(before);
  if (runs === false) {
    const event = nameGithubEvent(level.reading.situation);
    const cause = skipped === undefined ? `if is false for ${event}` : `it needs ${skipped}, which is skipped`;
    leaveOut(plan.findings, `${plan.where}: ${cause}: the job would be skipped`);
  }
  decided.set(ownId, runs);
  return runs;
}
