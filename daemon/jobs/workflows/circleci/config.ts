import type { Job } from '../../job.ts';
import { MOST_JOBS, type ReadWorkflow, type WorkflowJobFacts, type WorkflowReading } from '../../workflow-job.ts';
import type { Answer } from '../condition.ts';
import { WHOLE_MATRICES } from '../expand-matrix.ts';
import { type Findings, leaveOut, noteUnknown, startFindings, warn } from '../findings.ts';
import type { ChosenRow } from '../matrix.ts';
import { makePlainJob } from '../plain-job.ts';
import { listEntries, listItems, pick, readText, readTexts, requireMapping } from '../yaml-access.ts';
import { parseYaml, refuseFile, type YamlTree } from '../yaml-tree.ts';
import { type ConditionPlace, decideExpression, decideStatement, matchesWhole } from './condition.ts';
import { fillMatrixValues, nameCircleciJob, readCircleciMatrix } from './matrix.ts';
import {
  fillPipelineValues,
  listDefaults,
  listPipelineValues,
  nameBranch,
  type PipelineValue,
  passesParameters,
} from './values.ts';

/**
 * Reads `.circleci/config.yml`: the jobs of its workflows, or all jobs when it has none
 * (CircleCI docs: "Configuration reference").
 */
export const readCircleci: ReadWorkflow = async (text, whole) => {
  const { file, situation, matrix: wanted } = whole;
  const root = parseYaml(file.path, text, { mergeKeys: true });
  if (root === null) return [];
  requireMapping(file.path, root, 'it');
  const values = listPipelineValues(situation);
  const defaults = new Map([...values, ...listDefaults(root)]);
  const isOpen = passesParameters(situation) || (await isContinued(whole));
  const reading: Reading = { situation, values: isOpen ? values : defaults, defaults, budget: { left: 300_000 } };
  const isSetup = readText(pick(root, 'setup')) === 'true';
  if (isSetup) whole.tellElsewhere(['the configuration that setup continues with']);
  const workflows = listEntries(pick(root, 'workflows')).filter(([name]) => name !== 'version');
  const entries =
    workflows.length > 0
      ? workflows.flatMap(([name, { value }]) => listWorkflow(name, value, reading))
      : listEntries(pick(root, 'jobs')).map(([name, { line }]) =>
          makeEntry(null, { name, job: name, line, rules: undefined }, reading),
        );
  const budget = { matrices: WHOLE_MATRICES };
  const running = entries.filter(({ job, rules }) => {
    const type = readText(pick(rules, 'type')) ?? readText(pick(pick(pick(root, 'jobs'), job), 'type'));
    return type === undefined || !WITHOUT_RUNNER.has(type);
  });
  const beyond = running[MOST_JOBS];
  if (beyond !== undefined) throw refuseFile(file.path, beyond.line, `there are more than ${MOST_JOBS} jobs`);
  return running.map((entry): WorkflowJobFacts => {
    const { id, line, workflow, rules, findings } = entry;
    if (isSetup) warn(findings, 'setup: the pipeline goes on with another configuration, which is not read');
    const matrix = readCircleciMatrix(rules, wanted, reading.values, { where: id, findings, budget });
    const name = nameCircleciJob(entry.name, matrix.row, pick(rules, 'name') !== undefined);
    const contexts = fillContexts(entry, reading, matrix);
    return makePlainJob(
      {
        id,
        name,
        line,
        facts: {
          workflowFile: file.path,
          jobId: name,
          environment: null,
          workflow: { idToken: null, idTokens: {} },
          ...(workflow !== null && { workflowName: workflow }),
        },
        options: contexts.length === 0 ? {} : { contexts: contexts.join(',') },
        rows: matrix.rows,
        isRowMissing: matrix.isRowMissing,
      },
      findings,
    );
  });
};

/** A person who clicks, and what only holds others up: nothing runs (CircleCI docs: "Configuration reference", "type"). */
const WITHOUT_RUNNER: ReadonlySet<string> = new Set(['approval', 'no-op', 'lock', 'unlock']);

const CONFIG = '.circleci/config.yml';

/**
 * Is the file what a setup workflow may continue with? It passes parameters then (CircleCI docs: "Using dynamic
 * configuration").
 */
async function isContinued({ file, readSibling }: WorkflowReading): Promise<boolean> {
  if (file.path === CONFIG) return false;
  const { text } = await readSibling(CONFIG);
  return text !== null && /^setup:\s*true\b/m.test(text);
}

/** A job as a workflow has it. */
interface Entry {
  readonly id: string;
  readonly workflow: string | null;
  readonly name: string;
  /** Under which it is among `jobs`. */
  readonly job: string;
  readonly line: number;
  readonly rules: YamlTree | undefined;
  readonly findings: Findings;
}

function makeEntry(
  workflow: { readonly name: string; readonly findings: Findings } | null,
  { name, job, line, rules }: Pick<Entry, 'name' | 'job' | 'line' | 'rules'>,
  reading: Reading,
): Entry {
  const id = workflow === null ? name : `${workflow.name}/${name}`;
  const findings = startFindings(workflow?.findings);
  tellFilters(findings, id, pick(rules, 'filters'), reading);
  return { id, workflow: workflow?.name ?? null, name, job, line, rules, findings };
}

function listWorkflow(name: string, tree: YamlTree, reading: Reading): readonly Entry[] {
  const workflow = { name, findings: tellWorkflow(name, tree, reading) };
  const entries = listItems(pick(tree, 'jobs')).flatMap((item) => {
    const plain = readText(item);
    if (plain !== undefined)
      return [makeEntry(workflow, { name: plain, job: plain, line: item.line, rules: undefined }, reading)];
    return listEntries(item).map(([job, { line, value: rules }]) =>
      makeEntry(workflow, { name: readText(pick(rules, 'name')) ?? job, job, line, rules }, reading),
    );
  });
  if (!workflow.findings.isLeftOut) leaveOutDependents(entries);
  return entries;
}

/** How far one left out job may leave out others. */
const DEEPEST = 20;

/** A job all of whose required jobs are left out is so, too (docs: "requires"). */
function leaveOutDependents(entries: readonly Entry[]): void {
  // Of several with one name nobody here knows which is meant.
  const byName = new Map<string, Entry | null>();
  for (const entry of entries) {
    const name = readText(pick(pick(entry.rules, 'matrix'), 'alias')) ?? entry.name;
    byName.set(name, byName.has(name) ? null : entry);
  }
  for (let pass = 0; pass < DEEPEST; pass += 1) {
    let isChanged = false;
    for (const { id, rules, findings } of entries) {
      const needs = listItems(pick(rules, 'requires')).flatMap(
        (one) => readText(one) ?? listEntries(one).map(([name]) => name),
      );
      if (findings.isLeftOut || needs.length === 0) continue;
      if (!needs.every((name) => byName.get(name)?.findings.isLeftOut === true)) continue;
      leaveOut(findings, `${id}.requires: ${needs.join(', ')} does not run`);
      isChanged = true;
    }
    if (!isChanged) return;
  }
}

interface Reading extends Omit<ConditionPlace, 'open'> {
  readonly situation: Job;
  /** What texts have in them, where nobody passed another parameter. */
  readonly defaults: ReadonlyMap<string, PipelineValue>;
}

/** `when` and `unless` of a workflow, and whether only its own schedule starts it. */
function tellWorkflow(name: string, tree: YamlTree, reading: Reading): Findings {
  const findings = startFindings();
  for (const rule of ['when', 'unless'] as const) {
    // `null` is a statement, too.
    const statement = tree.kind === 'mapping' ? tree.entries.get(rule)?.value : undefined;
    if (statement === undefined) continue;
    const where = `${name}.${rule}`;
    const answer = tellAnswer(findings, where, reading, rule === 'when', (place) => decideStatement(statement, place));
    if (answer === (rule === 'unless')) leaveOut(findings, `${where}: it is ${answer}: the workflow does not run`);
  }
  const isScheduled = listItems(pick(tree, 'triggers')).some((one) => pick(one, 'schedule') !== undefined);
  if (isScheduled && reading.situation.trigger !== 'schedule') {
    leaveOut(findings, `${name}.triggers: only its schedule starts it`);
  }
  return findings;
}

/** Decides, and names what it would take to. @param taken what stands in the place of an answer */
function tellAnswer(
  findings: Findings,
  where: string,
  reading: Reading,
  taken: boolean,
  decide: (place: ConditionPlace) => Answer,
): Answer {
  const open = new Set<string>();
  const answer = decide({ ...reading, open });
  if (answer === null && open.size === 0) open.add('what it compares');
  if (answer === null) for (const name of open) noteUnknown(findings, name, where, String(taken));
  return answer;
}

/** `filters` of a job: an expression, or branches and tags by their name or a regular expression. */
function tellFilters(findings: Findings, id: string, filters: YamlTree | undefined, reading: Reading): void {
  const where = `${id}.filters`;
  const expression = readText(filters);
  if (expression !== undefined) {
    const answer = tellAnswer(findings, where, reading, true, (place) => decideExpression(expression, place));
    if (answer === false) leaveOut(findings, `${where}: ${expression} is false: the job does not run`);
    return;
  }
  const { situation, budget } = reading;
  const branch = nameBranch(situation);
  const kind = branch === null ? 'tags' : 'branches';
  const filter = pick(filters, kind);
  // Without a filter for tags no tag starts a job.
  if (kind === 'tags' && filter === undefined) leaveOut(findings, `${where}: tags do not start it`);
  const name = branch ?? situation.refName;
  const only = readTexts(pick(filter, 'only'));
  const answers = [
    only.length === 0 ? true : matchesAny(only, name, budget),
    negate(matchesAny(readTexts(pick(filter, 'ignore')), name, budget)),
  ];
  if (answers.includes(false)) leaveOut(findings, `${where}: ${name} does not start it`);
  else if (answers.includes(null)) {
    for (const pattern of [...only, ...readTexts(pick(filter, 'ignore'))]) {
      if (matchesAny([pattern], name, budget) === null) noteUnknown(findings, pattern, `${where}.${kind}`, 'true');
    }
  }
}

function negate(answer: Answer): Answer {
  return answer === null ? null : !answer;
}

function matchesAny(patterns: readonly string[], name: string, budget: { left: number }): Answer {
  const answers = patterns.map((pattern) => {
    const [, expression] = /^\/(.*)\/$/s.exec(pattern) ?? [];
    return expression === undefined ? pattern === name : matchesWhole(expression, name, budget);
  });
  return answers.includes(true) ? true : answers.includes(null) ? null : false;
}

const LONGEST = 1_024;

function fillContexts(
  { id, rules, findings }: Entry,
  { values, defaults }: Reading,
  { row, rows }: ChosenRow,
): readonly string[] {
  return readTexts(pick(rules, 'context')).map((name) => {
    const open = new Set<string>();
    const ofRow = name.length > LONGEST ? name : fillMatrixValues(name, row);
    if (ofRow !== name && rows.length > 1)
      warn(findings, `${id}.context: of the rows of the matrix, ${ofRow} is taken`);
    const filled = fillPipelineValues(ofRow, values, open) ?? fillPipelineValues(ofRow, defaults, new Set());
    const taken = filled === undefined ? name : String(filled ?? '');
    for (const one of open) noteUnknown(findings, one, `${id}.context`, taken);
    return taken;
  });
}
