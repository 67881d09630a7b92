import type { Job } from '../../job.ts';
import { MOST_JOBS, type ReadWorkflow, type WorkflowJobFacts } from '../../workflow-job.ts';
import { WHOLE_MATRICES } from '../expand-matrix.ts';
import { type Findings, leaveOut, noteUnknown, startFindings } from '../findings.ts';
import { makePlainJob } from '../plain-job.ts';
import { pick, readText, requireList, requireMapping } from '../yaml-access.ts';
import { parseYaml, refuseFile, type YamlTree } from '../yaml-tree.ts';
import { decideSemaphoreCondition } from './condition.ts';
import { readSemaphoreMatrix } from './matrix.ts';

/** Reads `.semaphore/*.yml` (Semaphore docs: "Pipeline YAML reference"): every job gets a token, whatever it says. */
export const readSemaphore: ReadWorkflow = async (text, { file, situation, matrix: wanted, tellElsewhere }) => {
  const root = parseYaml(file.path, text, { mergeKeys: true });
  if (root === null) return [];
  requireMapping(file.path, root, 'it');
  const blocks = pick(root, 'blocks');
  const after = pick(root, 'after_pipeline');
  const all = [
    ...(blocks === undefined ? [] : requireList(file.path, blocks, 'blocks').items).map((block, at) => ({
      block,
      name: readText(pick(block, 'name')) ?? `Nameless block ${at + 1}`,
    })),
    ...(after === undefined ? [] : [{ block: after, name: 'after_pipeline' }]),
  ];
  const workflowName = readText(pick(root, 'name'));
  const jobs: WorkflowJobFacts[] = [];
  const budget = { left: 100_000, matrices: WHOLE_MATRICES };
  for (const { block, name } of all) {
    const task = pick(block, 'task');
    const list = pick(task, 'jobs');
    const elsewhere = readText(pick(block, 'task_file'));
    if (elsewhere !== undefined) tellElsewhere([`task_file ${elsewhere}`]);
    if (list === undefined) continue;
    for (const [at, job] of requireList(file.path, list, 'jobs').items.entries()) {
      requireMapping(file.path, job, 'a job');
      if (jobs.length === MOST_JOBS) throw refuseFile(file.path, job.line, `there are more than ${MOST_JOBS} jobs`);
      const jobName = readText(pick(job, 'name')) ?? `Nameless ${at + 1}`;
      const findings = startFindings();
      tellConditions(findings, block, name, { situation, budget });
      const id = `${name}/${jobName}`;
      const matrix = readSemaphoreMatrix(job, jobName, wanted, { where: id, findings, budget });
      const open = /[$%]\{\{[^}]*\}\}/.exec(id)?.[0];
      if (open !== undefined) noteUnknown(findings, open, `${id}.name`, jobName);
      const timeoutSeconds = readLimit(job) ?? readLimit(task) ?? readLimit(block) ?? readLimit(root);
      jobs.push(
        makePlainJob(
          {
            id,
            name: matrix.jobName,
            line: job.line,
            facts: {
              workflowFile: file.path,
              jobId: matrix.jobName,
              environment: null,
              workflow: { idToken: null, idTokens: {} },
              ...(workflowName !== undefined && { workflowName }),
              ...(timeoutSeconds !== null && { timeoutSeconds }),
            },
            rows: matrix.rows,
            isRowMissing: matrix.isRowMissing,
          },
          findings,
        ),
      );
    }
  }
  return jobs;
};

/** `run` and `skip` of a block; a block that is skipped keeps no other from running. */
function tellConditions(
  findings: Findings,
  block: YamlTree,
  name: string,
  { situation, budget }: { readonly situation: Job; readonly budget: { left: number } },
): void {
  // What came before `skip` and `run`, and is in no documentation any more.
  if (pick(block, 'filters') !== undefined) noteUnknown(findings, 'filters', name, 'true');
  for (const rule of ['run', 'skip'] as const) {
    const condition = readText(pick(pick(block, rule), 'when'));
    if (condition === undefined) continue;
    const isRun = rule === 'run';
    const answer = decideSemaphoreCondition(condition, situation, budget);
    if (answer === null) noteUnknown(findings, condition, `${name}.${rule}.when`, String(isRun));
    else if (answer !== isRun) {
      leaveOut(findings, `${name}.${rule}.when: ${condition} is ${answer}: the block is skipped`);
    }
  }
}

/** `execution_time_limit` in seconds. */
function readLimit(tree: YamlTree | undefined): number | null {
  const limit = pick(tree, 'execution_time_limit');
  const minutes = Number(readText(pick(limit, 'minutes')) ?? Number.NaN);
  const hours = Number(readText(pick(limit, 'hours')) ?? Number.NaN);
  const seconds = Number.isFinite(minutes) ? minutes * 60 : hours * 3_600;
  return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds) : null;
}
