import type { data } from '@actions/expressions';
import type { WorkflowJobFacts } from '../../workflow-job.ts';
import { startFindings, warn } from '../findings.ts';
import { fillText, type Place } from '../templates.ts';
import { pick, readText } from '../yaml-access.ts';
import { refuseFile, type YamlTree } from '../yaml-tree.ts';
import type { Scope } from './expressions.ts';
import { type Level, listContexts } from './level.ts';
import { buildMatrixContext, mentionsMatrix, type ReadMatrix, readMatrix, showRows } from './matrix.ts';
import type { JobPlan } from './plan.ts';

/** The matrix of a job, and where its other texts stand. */
export function openJob(level: Level, plan: JobPlan): { matrix: ReadMatrix; place: Place } {
  const { where, findings, tree } = plan;
  const { budget, reading } = level;
  const strategy = {
    where: `${where}.strategy.matrix`,
    scope: { contexts: listContexts(level, 'strategy'), budget },
    findings,
  };
  level.guesses.clear();
  const matrix = readMatrix(tree, reading.matrix, strategy, budget);
  for (const guess of level.guesses) warn(findings, `${where}.strategy.matrix: ${guess}`);
  const context = buildMatrixContext(matrix.row, matrix.open);
  return { matrix, place: { where, scope: scopeOf(level, context), findings } };
}

function scopeOf(level: Level, matrix: data.Dictionary): Scope {
  return { contexts: listContexts(level, 'job', matrix), budget: level.budget };
}

/** What a job that has steps of its own says of its token. */
export function describeGithubJob(level: Level, plan: JobPlan, grant: boolean | null): WorkflowJobFacts {
  const { reading, caller, triggers } = level;
  const { id, tree, line, findings } = plan;
  const { matrix, place } = openJob(level, plan);
  const ownId = id.slice(id.lastIndexOf('/') + 1);
  const name = fillText(readText(pick(tree, 'name')) ?? ownId, { ...place, findings: startFindings() });
  level.guesses.clear();
  const environment = readEnvironment(level, plan, place);
  for (const guess of level.guesses) warn(findings, `${plan.where}.environment: ${guess}`);
  if (matrix.rows !== null && mentionsMatrix(pick(tree, 'environment'))) {
    tellRows(level, plan, matrix, environment);
  }
  const timeoutSeconds = readTimeout(tree, place);
  return {
    id,
    name: caller === null ? name : `${caller.name} / ${name}`,
    line: caller?.line ?? line,
    facts: {
      workflowFile: reading.file.path,
      workflowName: reading.situation.workflowName,
      jobId: ownId,
      environment,
      reusableWorkflow: caller?.reusableWorkflow ?? null,
      workflow: { idToken: grant, idTokens: {} },
      ...(timeoutSeconds !== null && { timeoutSeconds }),
    },
    options: {},
    triggers,
    rows: showRows(matrix),
    isRowMissing: matrix.isRowMissing,
    isLeftOut: findings.isLeftOut,
    unknowns: findings.unknowns,
    warnings: findings.warnings,
  };
}

/** A name that comes out empty is no environment (docs: "Workflow syntax", "jobs.<job_id>.environment"). */
function readEnvironment({ path }: Level, { tree }: JobPlan, place: Place): string | null {
  const environment = pick(tree, 'environment');
  if (environment === undefined) return null;
  const name = environment.kind === 'mapping' ? pick(environment, 'name') : environment;
  const text = readText(name);
  if (text === undefined) throw refuseFile(path, environment.line, 'environment has no name');
  const filled = fillText(text, { ...place, where: `${place.where}.environment` });
  return filled === '' ? null : filled;
}

const NODES_OF_ROW = 20;

/** Says so when the rows of a matrix go to several environments: the subject is that of one of them. */
function tellRows(level: Level, plan: JobPlan, { rows, open }: ReadMatrix, taken: string | null): void {
  if (rows === null) return;
  // Every row costs as much as a small job; where that is too much, one row speaks for all.
  const cost = rows.length * NODES_OF_ROW;
  if (level.budget.nodes < cost) return;
  level.budget.nodes -= cost;
  const names = rows.map((row) => {
    const place = {
      where: plan.where,
      scope: scopeOf(level, buildMatrixContext(row, open)),
      findings: startFindings(),
    };
    return readEnvironment(level, plan, place) ?? 'none';
  });
  const distinct = [...new Set(names)];
  if (distinct.length < 2) return;
  const shown = distinct.length > 8 ? `${distinct.slice(0, 8).join(', ')}, …` : distinct.join(', ');
  warn(plan.findings, `${plan.where}.environment: the rows of the matrix have ${shown}; ${taken ?? 'none'} is taken`);
}

/** `timeout-minutes` in seconds; null where it is not said or not known. */
function readTimeout(tree: YamlTree, place: Place): number | null {
  const text = readText(pick(tree, 'timeout-minutes'));
  if (text === undefined) return null;
  const minutes = Number(fillText(text, { ...place, findings: startFindings() }));
  return Number.isFinite(minutes) && minutes > 0 ? Math.round(minutes * 60) : null;
}
