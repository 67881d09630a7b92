import { MOST_JOBS, type ReadWorkflow, type WorkflowJobFacts } from '../../workflow-job.ts';
import { WHOLE_MATRICES } from '../expand-matrix.ts';
import { noteUnknown, startFindings, warn } from '../findings.ts';
import { takeAskedRow } from '../matrix.ts';
import { makePlainJob } from '../plain-job.ts';
import { listItems, pick, readText, requireMapping } from '../yaml-access.ts';
import { parseYaml, refuseFile, type YamlTree } from '../yaml-tree.ts';
import { type AzureJobPlace, judgeJob, judgeStages, noteDoubts, type Skipped } from './conditions.ts';
import { type AzureMatrix, listRowVariables, readAzureMatrix } from './matrix.ts';
import { readTemplates, type WholePipeline } from './templates.ts';
import { tellAzureTrigger } from './triggers.ts';
import { addVariables, fillMacros } from './variables.ts';

interface PlacedJob {
  readonly stage: YamlTree | null;
  readonly job: YamlTree;
  /** In its stage. */
  readonly name: string;
}

interface JobPlace extends AzureJobPlace {
  readonly matrix: AzureMatrix;
  readonly isRowAsked: boolean;
  /** Characters that may still be compared between rows, in the whole file. */
  readonly budget: { left: number };
}

/**
 * Reads `azure-pipelines.yml`: the jobs of its stages (Azure docs: "YAML schema reference"), with its local templates.
 * The first service connection that a step names is the one that its token is for.
 */
export const readAzure: ReadWorkflow = async (text, reading) => {
  const { file } = reading;
  const tree = parseYaml(file.path, text, { mergeKeys: false });
  if (tree === null) return [];
  const whole = await readTemplates(reading, requireMapping(file.path, tree, 'it'));
  tellAzureTrigger(whole.findings, tree, reading.situation);
  reading.tellElsewhere([...whole.unread.values()].map((name) => `template ${name}`));
  const workflowName = readText(pick(tree, 'name'));
  const ofFile = addVariables(whole.variables, pick(whole.root, 'variables'));
  const isRowAsked = Object.keys(reading.matrix).length > 0;
  const budget = { left: 1_000_000 };
  const matrices = { matrices: WHOLE_MATRICES };
  const jobs: WorkflowJobFacts[] = [];
  const stages = judgeStages(whole, ofFile);
  const skipped = new Map<YamlTree | null, Skipped>();
  for (const [at, placed] of listJobs(whole).entries()) {
    if (at === MOST_JOBS) throw refuseFile(file.path, placed.job.line, `there are more than ${MOST_JOBS} jobs`);
    const { stage, job, name } = placed;
    const stageName = stage === null ? undefined : readText(pick(stage, 'stage'));
    const id = stageName === undefined ? name : `${stageName}/${name}`;
    const ofStage = stage === null ? ofFile : addVariables(ofFile, pick(stage, 'variables'));
    const variables = job === whole.root ? ofFile : addVariables(ofStage, pick(job, 'variables'));
    const findings = startFindings((stage === null ? undefined : stages.get(stage)) ?? whole.findings);
    const unread = whole.unread.get(job);
    if (unread !== undefined) noteUnknown(findings, `jobs of ${unread}`, id, null);
    const open = unread === undefined ? findOpen(id) : undefined;
    if (open !== undefined) noteUnknown(findings, open, id, open);
    const matrix =
      unread === undefined
        ? readAzureMatrix(job, reading.matrix, { where: id, findings, budget: matrices })
        : { ...takeAskedRow(reading.matrix), name: null };
    const place: JobPlace = { whole, id, findings, variables, matrix, isRowAsked, budget };
    const beside = skipped.get(stage) ?? new Map<string, string>();
    skipped.set(stage, beside);
    judgeJob(place, job, name, beside);
    const environment = readEnvironment(place, job);
    const connection = unread === undefined ? findConnection(place, job) : null;
    const minutes = Number(readText(pick(job, 'timeoutInMinutes')) ?? Number.NaN);
    jobs.push(
      makePlainJob(
        {
          id,
          name: [readText(pick(job, 'displayName')) ?? name, ...(matrix.name === null ? [] : [matrix.name])].join(' '),
          line: job.line,
          facts: {
            workflowFile: file.path,
            jobId: matrix.name ?? name,
            environment,
            workflow: { idToken: null, idTokens: {} },
            ...(workflowName !== undefined && !workflowName.includes('$') && { workflowName }),
            ...(minutes > 0 && { timeoutSeconds: Math.round(minutes * 60) }),
          },
          options: connection === null ? {} : { 'service-connection': connection },
          rows: matrix.rows,
          isRowMissing: matrix.isRowMissing,
        },
        findings,
      ),
    );
  }
  return jobs;
};

/** A file may have stages, jobs without stages, or steps alone, which are one job. */
function listJobs({ root, unread }: WholePipeline): readonly PlacedJob[] {
  const place = (stage: YamlTree | null, list: YamlTree | undefined): readonly PlacedJob[] =>
    listItems(list).flatMap((job, at) => {
      const isJob = job.kind === 'mapping' && (job.entries.has('job') || job.entries.has('deployment'));
      const own = readText(pick(job, 'job')) ?? readText(pick(job, 'deployment'));
      const name = unread.get(job) ?? (isJob ? (own ?? (at === 0 ? 'Job' : `Job${at + 1}`)) : undefined);
      return name === undefined ? [] : [{ stage, job, name }];
    });
  const stages = listItems(pick(root, 'stages'));
  if (stages.length > 0) {
    return stages.flatMap((stage) => {
      const name = unread.get(stage);
      return name === undefined ? place(stage, pick(stage, 'jobs')) : [{ stage: null, job: stage, name }];
    });
  }
  const jobs = place(null, pick(root, 'jobs'));
  return jobs.length > 0 || pick(root, 'steps') === undefined ? jobs : [{ stage: null, job: root, name: 'Job' }];
}

const OPEN = /\$(?:\([^)]*\)|\{\{.*?\}\}|\[[^\]]*\])/;
/** No name is longer, and looking for what is open takes the square of it. */
const LONGEST = 1_024;

/** The first part of a text that only a run fills in. */
function findOpen(text: string): string | undefined {
  return OPEN.exec(text.slice(0, LONGEST))?.[0];
}

/** A text with its variables filled in; one that is not known is named. */
function fill(place: JobPlace, text: string, where: string): string {
  const { variables, findings, matrix } = place;
  const filled = fillMacros(text, variables, listRowVariables(matrix.row));
  const variable = findOpen(filled);
  if (variable !== undefined) noteUnknown(findings, variable, where, filled);
  if (!place.isRowAsked) tellRows(place, text, { where, filled });
  return filled;
}

const MOST_NAMES = 8;

/** Says so when the rows of a matrix have others. */
function tellRows(
  { variables, findings, matrix, budget }: JobPlace,
  text: string,
  { where, filled }: { readonly where: string; readonly filled: string },
): void {
  budget.left -= matrix.rows.length * text.length;
  if (budget.left < 0) return;
  const distinct = [...new Set(matrix.rows.map((row) => fillMacros(text, variables, listRowVariables(row))))];
  if (distinct.length < 2) return;
  const shown = distinct.length > MOST_NAMES ? [...distinct.slice(0, MOST_NAMES), '…'] : distinct;
  warn(findings, `${where}: the rows of the matrix have ${shown.join(', ')}; ${filled} is taken`);
}

function readEnvironment(place: JobPlace, job: YamlTree): string | null {
  const tree = pick(job, 'environment');
  if (tree === undefined) return null;
  const where = `${place.id}.environment`;
  noteDoubts(place, tree, where);
  const text = readText(tree.kind === 'mapping' ? pick(tree, 'name') : tree);
  if (text === undefined) return null;
  const name = fill(place, text, where);
  // `environment: production.web` names a resource of it.
  return findOpen(name) !== undefined ? name : (name.split('.')[0] ?? name);
}

const INPUTS = ['azureSubscription', 'connectedServiceNameARM', 'ConnectedServiceName', 'connectedServiceName'];

/** The service connection of the first step that has one; steps before it that are not read may have one, too. */
function findConnection(place: JobPlace, tree: YamlTree): string | null {
  const { whole, findings, id } = place;
  const where = `${id}.steps`;
  const unread = whole.unread.get(tree);
  if (unread !== undefined) noteUnknown(findings, `steps of ${unread}`, where, null);
  const [said] = INPUTS.flatMap((name) => readText(pick(pick(tree, 'inputs'), name)) ?? []);
  if (said !== undefined) {
    noteDoubts(place, tree, where);
    return fill(place, said, where);
  }
  for (const child of listChildren(tree)) {
    const found = findConnection(place, child);
    if (found === null) continue;
    noteDoubts(place, tree, where);
    return found;
  }
  return null;
}

function listChildren(tree: YamlTree): readonly YamlTree[] {
  if (tree.kind === 'list') return tree.items;
  return tree.kind === 'mapping' ? [...tree.entries.values()].map(({ value }) => value) : [];
}
