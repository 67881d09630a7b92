import type { WorkflowGrant } from '../../job.ts';
import { MOST_JOBS, type ReadWorkflow, type WorkflowJobFacts, type WorkflowReading } from '../../workflow-job.ts';
import { type MatrixBudget, WHOLE_MATRICES } from '../expand-matrix.ts';
import { type Findings, noteUnknown, startFindings, warn } from '../findings.ts';
import { fillVariables, type KnownVariables, listBlocks, priceVariables } from '../variables.ts';
import { listEntries, pick, readText, readTexts, requireMapping } from '../yaml-access.ts';
import { parseYaml, refuseFile, type YamlTree } from '../yaml-tree.ts';
import { refuseBridge } from './bridge.ts';
import { readDurationText } from './duration-text.ts';
import { noteElsewhere, readIncludes, type WholeFile, warnOfElsewhere } from './includes.ts';
import { fillInputs, restoreBlocks } from './inputs.ts';
import { nameReference, noteReference } from './references.ts';
import { type GitlabRows, nameRow, readRows } from './rows.ts';
import { judgeRules, tellDoubts, tellGitlabRules, type Verdict } from './rules.ts';
import {
  addRuleVariables,
  emptyPersisted,
  type JobScope,
  listFileVariables,
  listJobVariables,
  readVariables,
  type SetVariables,
} from './scope.ts';
import { type Extending, extendJob, startExtending } from './templates.ts';
import { type JobSeed, listPipelineVariables, lookUpSeed } from './variables.ts';

/** Keys of the file that are no jobs (GitLab docs: "CI/CD YAML syntax reference", "Unavailable names for jobs"). */
const KEYWORDS = new Set([
  'default',
  'include',
  'stages',
  'types',
  'spec',
  'variables',
  'workflow',
  'image',
  'services',
  'cache',
  'before_script',
  'after_script',
  'component',
]);

/** What is read of a job, and where it stands. */
interface Place {
  readonly path: string;
  readonly root: YamlTree;
  readonly elsewhere: readonly string[];
  readonly where: string;
  readonly findings: Findings;
  readonly known: KnownVariables;
  readonly budget: { left: number };
}

/** Reads `.gitlab-ci.yml` (GitLab docs: "CI/CD YAML syntax reference"). Rules that are not decided here are named. */
export const readGitlab: ReadWorkflow = async (text, reading) => {
  const { path } = reading.file;
  const filled = fillInputs(path, text, { said: reading.inputs });
  const tree = parseYaml(path, filled.text, { mergeKeys: true, header: true });
  if (tree === null) return [];
  const own = restoreBlocks(tree, filled.left);
  const whole = await readIncludes(reading, requireMapping(path, own, 'it'));
  const { root } = whole;
  reading.tellElsewhere(whole.elsewhere);
  const jobs: WorkflowJobFacts[] = [];
  const extending = startExtending(path, root);
  const workflow = judgeWorkflow(reading, extending);
  const ofFile = new Map([...readVariables(pick(root, 'variables')), ...(workflow?.variables ?? [])]);
  const ofPipeline = listPipelineVariables(reading.situation);
  const of: File = { reading, extending, whole, workflow, ofPipeline, ofFile, matrices: { matrices: WHOLE_MATRICES } };
  for (const [id, { line, value }] of listEntries(root)) {
    if (KEYWORDS.has(id) || id.startsWith('.')) continue;
    requireMapping(path, value, id);
    if (jobs.length === MOST_JOBS) throw refuseFile(path, line, `there are more than ${MOST_JOBS} jobs`);
    jobs.push(describeJob(of, id, line, value));
  }
  return jobs;
};

interface File {
  readonly reading: WorkflowReading;
  readonly extending: Extending;
  readonly whole: WholeFile;
  /** What the rules of its workflow come to; null: it has none. */
  readonly workflow: Verdict | null;
  readonly ofPipeline: KnownVariables;
  /** Its variables, and over them those of the workflow's rule. */
  readonly ofFile: SetVariables;
  readonly matrices: MatrixBudget;
}

/** Before there are jobs: it sees what the file says alone. */
function judgeWorkflow({ situation }: WorkflowReading, { root, variables: budget }: Extending): Verdict | null {
  const known = listFileVariables(root, situation);
  const place = { root, where: 'workflow', situation, findings: startFindings(), known, budget };
  return judgeRules(place, pick(pick(root, 'workflow'), 'rules'), undefined);
}

function describeJob(of: File, id: string, line: number, own: YamlTree): WorkflowJobFacts {
  const { reading, extending, whole, workflow, ofPipeline, ofFile } = of;
  const { file, situation } = reading;
  const { root } = extending;
  const findings = startFindings(whole.findings);
  for (const block of listBlocks(id)) noteUnknown(findings, block, id, id);
  const job = extendJob(extending, { where: id, findings }, own);
  const rows = readRows(id, job, reading.matrix, { where: id, findings, budget: of.matrices });
  noteReference(findings, pick(job, 'variables'), `${id}.variables`);
  const seed = { ...rows, id, stage: readStage(job, isExtended(findings, id)) };
  const scope: JobScope = { ofPipeline, seed, row: rows.row, ofFile };
  const inRules = listJobVariables(scope, job);
  const { elsewhere } = whole;
  const budget = extending.variables;
  const start: Place = { path: file.path, root, elsewhere, where: id, findings, known: inRules, budget };
  const ofRules = tellGitlabRules({ ...start, situation }, job, workflow);
  const notYet = new Set<string>();
  const known = emptyPersisted(addRuleVariables(scope, inRules, ofRules?.variables), notYet);
  const place: Place = { ...start, known };
  const environment = readEnvironment(place, job);
  if (Object.keys(reading.matrix).length === 0) tellRows(place, job, { seed, rows }, environment.name);
  const timeout = readText(inherit(place, job, 'timeout'));
  const timeoutSeconds = timeout === undefined ? null : readDurationText(timeout);
  const idTokens = readIdTokens({ ...place, known: addEnvironment(known, environment) }, job);
  for (const variable of notYet) {
    warn(findings, `${id}: $${variable} is empty where GitLab fills it in, for there is no such job or pipeline yet`);
  }
  const refusal = refuseBridge(id, job);
  tellDoubts(findings, workflow, 'workflow.rules');
  tellDoubts(findings, ofRules, `${id}.rules`);
  return {
    id,
    name: rows.name,
    line,
    facts: {
      workflowFile: file.path,
      jobId: rows.name,
      environment: environment.name,
      workflow: idTokens,
      ...(timeoutSeconds !== null && { timeoutSeconds }),
    },
    options: environment.options,
    triggers: null,
    rows: rows.rows,
    isRowMissing: rows.isRowMissing,
    isLeftOut: findings.isLeftOut,
    ...(refusal !== null && { refusal }),
    unknowns: findings.unknowns,
    warnings: findings.warnings,
  };
}

/** Is there a template of the job that nobody here knows? */
function isExtended({ unknowns }: Findings, id: string): boolean {
  return unknowns.some(({ where }) => where === `${id}.extends`);
}

/** A job that says no stage is in `test` (GitLab docs: "stage"). */
function readStage(job: YamlTree, mayBeElsewhere: boolean): string | null {
  const stage = pick(job, 'stage') ?? pick(job, 'type');
  return stage === undefined && !mayBeElsewhere ? 'test' : (readText(stage) ?? null);
}

/** What the job says, else `default:` unless `inherit: default:` leaves it out. */
function inherit({ root }: Place, job: YamlTree, name: string): YamlTree | undefined {
  const own = pick(job, name);
  if (own !== undefined) return own;
  const rule = pick(pick(job, 'inherit'), 'default');
  const isLeftOut = rule?.kind === 'list' ? !readTexts(rule).includes(name) : readText(rule) === 'false';
  return isLeftOut ? undefined : pick(pick(root, 'default'), name);
}

/** What is said to be unknown of a file whose jobs have too many of them in all. */
const TOO_MANY_TOKENS = 'the ID tokens, which are too much to list';

/**
 * `id_tokens` (docs: "CI/CD YAML syntax reference", "id_tokens"): variables may stand in `aud`. null: the job declares
 * none here, but what is not known here may.
 */
function readIdTokens(place: Place, job: YamlTree): WorkflowGrant | null {
  const { path, findings, where, elsewhere, budget } = place;
  const tree = inherit(place, job, 'id_tokens');
  const idTokens = new Map<string, string | readonly string[]>();
  if (tree === undefined) {
    noteElsewhere(findings, elsewhere);
    return elsewhere.length > 0 || isExtended(findings, where) ? null : { idToken: null, idTokens: {} };
  }
  warnOfElsewhere(findings, elsewhere);
  if (noteReference(findings, tree, `${where}.id_tokens`)) return null;
  let isOpen = false;
  for (const [name, { line, value }] of listEntries(requireMapping(path, tree, 'id_tokens'))) {
    if (budget.left <= 0) {
      noteUnknown(findings, TOO_MANY_TOKENS, `${where}.id_tokens`, null);
      isOpen = true;
      break;
    }
    budget.left -= priceVariables(name);
    if (!/^[A-Za-z_]\w{0,127}$/.test(name)) throw refuseFile(path, line, 'an ID token is named like a variable');
    const aud = pick(value, 'aud');
    const at = { ...place, where: `${where}.id_tokens.${name}.aud` };
    if (noteReference(findings, nameReference(value) === undefined ? aud : value, at.where)) {
      isOpen = true;
      continue;
    }
    const audiences = readTexts(aud).map((audience) => fillVariables(audience, at));
    const [first] = audiences;
    if (first === undefined) throw refuseFile(path, line, `${name} has no aud`);
    idTokens.set(name, aud?.kind === 'list' ? audiences : first);
  }
  return isOpen && idTokens.size === 0 ? null : { idToken: null, idTokens: Object.fromEntries(idTokens) };
}

/** Of what the environment of a row may cost to fill in: a dozen variables. */
const COST_OF_ROW = 100;

interface Rows {
  readonly seed: JobSeed;
  readonly rows: GitlabRows;
}

/** Says so when the rows of a matrix go to several environments. */
function tellRows(place: Place, job: YamlTree, { seed, rows: { rows } }: Rows, taken: string | null): void {
  if (rows.length < 2) return;
  const budget = { left: rows.length * COST_OF_ROW };
  const isNumbered = pick(pick(job, 'parallel'), 'matrix') === undefined;
  const names = rows.map((row, at) => {
    const name = isNumbered ? `${seed.id} ${at + 1}/${rows.length}` : nameRow(seed.id, row);
    const ofSeed = lookUpSeed({ ...seed, name, index: at + 1 });
    const ofRow = new Map(Object.entries(row));
    const known: KnownVariables = {
      get: (variable) => ofRow.get(variable) ?? ofSeed.get(variable) ?? place.known.get(variable),
    };
    return readEnvironment({ ...place, known, findings: startFindings(), budget }, job).name ?? 'none';
  });
  const distinct = [...new Set(names)];
  if (distinct.length < 2) return;
  const shown = distinct.length > 8 ? [...distinct.slice(0, 8), '…'] : distinct;
  const about = `the rows of the matrix have ${shown.join(', ')}; ${taken ?? 'none'} is taken`;
  warn(place.findings, `${place.where}.environment: ${about}`);
}

interface JobEnvironment {
  readonly name: string | null;
  readonly options: Readonly<Record<string, string>>;
}

/** What the job knows of its environment, once it has one (`Gitlab::Ci::Variables::Builder#predefined_variables`). */
function addEnvironment(known: KnownVariables, { name, options }: JobEnvironment): KnownVariables {
  if (name === null || name.includes('$')) return known;
  const { 'environment-action': action = 'start', 'deployment-tier': tier } = options;
  const own = new Map([
    ['CI_ENVIRONMENT_NAME', name],
    ['CI_ENVIRONMENT_ACTION', action],
    ...(tier === undefined ? [] : ([['CI_ENVIRONMENT_TIER', tier]] as const)),
  ]);
  return { get: (variable) => known.get(variable) ?? own.get(variable) };
}

/** Name, action and tier of `environment`; actions that deploy nothing still put it into the token. */
function readEnvironment(place: Place, job: YamlTree): JobEnvironment {
  const { path, where } = place;
  const tree = pick(job, 'environment');
  const written = tree?.kind === 'mapping' ? pick(tree, 'name') : tree;
  if (tree === undefined || noteReference(place.findings, written, `${where}.environment`))
    return { name: null, options: {} };
  const text = readText(written);
  if (text === undefined) throw refuseFile(path, tree.line, 'environment has no name');
  const action = readText(pick(tree, 'action'));
  const tier = readText(pick(tree, 'deployment_tier'));
  return {
    name: fillVariables(text, { ...place, where: `${where}.environment` }),
    options: {
      ...(action !== undefined && { 'environment-action': action }),
      ...(tier !== undefined && { 'deployment-tier': tier }),
    },
  };
}
