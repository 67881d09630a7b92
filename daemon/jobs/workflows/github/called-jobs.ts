import type { data } from '@actions/expressions';
import type { JobRefusal } from '../../../protocol/jobs.ts';
import { showSafely } from '../../../token/safe-text.ts';
import { NOT_THERE } from '../../workflow-file.ts';
import type { WorkflowJobFacts, WorkflowReading } from '../../workflow-job.ts';
import { leaveOut, noteUnknown, startFindings, warn } from '../findings.ts';
import { MOST_INPUTS, typed } from '../input-values.ts';
import { fillText, fillValue, type Place } from '../templates.ts';
import { type Json, listEntries, pick, readText, toJson } from '../yaml-access.ts';
import { parseYaml, type YamlTree } from '../yaml-tree.ts';
import { type CalledWorkflow, readCall } from './calls.ts';
import { toData } from './dictionary.ts';
import { PartialObject } from './expressions.ts';
import { readInputs } from './inputs.ts';
import { describeGithubJob, openJob } from './job.ts';
import type { CalledTree, Level } from './level.ts';
import { mentionsMatrix } from './matrix.ts';
import type { JobPlan } from './plan.ts';
import { listEvents } from './triggers.ts';

/**
 * Workflows of a chain, the one that the event started included (docs: "Reuse workflows", "Nesting reusable workflows",
 * as of github/docs 41320): GitHub Enterprise Server takes fewer.
 */
const MOST_LEVELS = 10;
const MOST_LEVELS_OF_SERVER = 4;

interface Call {
  readonly uses: string;
  readonly grant: boolean | null;
  readonly readLevel: (level: Level) => Promise<readonly WorkflowJobFacts[]>;
}

/**
 * The jobs that a job of a workflow calls. A called workflow that is not here is one job
 * of which only the caller's part is known.
 */
export async function readCalledJobs(level: Level, plan: JobPlan, call: Call): Promise<readonly WorkflowJobFacts[]> {
  const { caller, path } = level;
  const { tree, findings, where } = plan;
  const called = readCall(call.uses, level, { path, line: plan.line, where: `${where}.uses`, findings });
  const { matrix, place } = openJob(level, plan);
  if ((matrix.rows?.length ?? 0) > 1 && mentionsMatrix(pick(tree, 'with'))) {
    warn(findings, `${where}.with: the rows of the matrix call it with other inputs; those of one row are taken`);
  }
  const ownId = plan.id.slice(plan.id.lastIndexOf('/') + 1);
  const ownName = fillText(readText(pick(tree, 'name')) ?? ownId, { ...place, findings: startFindings() });
  const self = {
    id: plan.id,
    name: caller === null ? ownName : `${caller.name} / ${ownName}`,
    line: caller?.line ?? plan.line,
    grant: call.grant,
    reusableWorkflow: `${called.repository}/${called.path}@${called.ref}`,
  };
  const { root, absence } = await readCalledTree(level, called);
  if (root === null) {
    const isOfRun = called.isLocal && called.ref === level.reading.situation.ref;
    const isBroken = isOfRun && absence?.isCertain === true;
    if (isBroken) {
      leaveOut(findings, `${where}.uses: ${called.path} ${absence.reason}, so nothing is started`);
    } else {
      noteUnknown(findings, `jobs of ${self.reusableWorkflow}`, `${where}.uses`, null);
      if (absence !== null) warn(findings, `${where}.uses: ${called.path} ${absence.reason}`);
    }
    const known = describeGithubJob(level, plan, call.grant);
    const facts = { ...known.facts, reusableWorkflow: self.reusableWorkflow };
    return [isBroken ? { ...known, facts, refusal: refuseBroken(called.path, where) } : { ...known, facts }];
  }
  if (!called.isLocal) warn(findings, `${where}.uses: read from this repository, not from ${called.ref}`);
  if (!listEvents(root).includes('workflow_call')) {
    warn(findings, `${where}.uses: on: of ${called.path} does not name workflow_call, so it cannot be called`);
  }
  const jobs = await call.readLevel({
    ...level,
    path: called.path,
    root,
    inputs: readCallInputs(root, tree, place, level.guesses),
    repository: called.repository,
    ref: called.ref,
    caller: self,
    chain: [...level.chain, called.path],
    findings,
  });
  return jobs.map((job) => ({ ...job, isRowMissing: job.isRowMissing && matrix.isRowMissing }));
}

const ELSEWHERE: CalledTree = { root: null, absence: null };

/** Of this repository the working tree is at hand, whatever commit is named; of others nothing. */
async function readCalledTree({ reading, parsed, chain }: Level, called: CalledWorkflow): Promise<CalledTree> {
  const { owner, repository, options } = reading.situation;
  if (called.repository.toLowerCase() !== `${owner}/${repository}`.toLowerCase()) return ELSEWHERE;
  const start = chain.indexOf(called.path);
  if (start >= 0) {
    const circle = [...chain.slice(start), called.path].map((path) => path.slice(path.lastIndexOf('/') + 1));
    return refuseTree(`is called in a circle (${circle.join(' → ')})`, true);
  }
  const most = reading.file.kind === 'github' && options.host ? MOST_LEVELS_OF_SERVER : MOST_LEVELS;
  if (chain.length >= most) return refuseTree(`is not read: calls go no deeper than ${most} levels`, true);
  const known = parsed.get(called.path);
  if (known !== undefined) return known;
  const tree = await parseCalled(reading, called.path);
  parsed.set(called.path, tree);
  return tree;
}

/** The platform starts nothing then; what the job would be called otherwise, only the person can say. */
function refuseBroken(path: string, where: string): JobRefusal {
  return {
    code: 'called_jobs',
    detail: `${where} calls ${showSafely(path)}, which cannot be called from here.`,
    mend: 'Mend the call, or say the environment of the called job: --set environment=NAME, or --set environment= for none',
  };
}

async function parseCalled({ readSibling, file }: WorkflowReading, path: string): Promise<CalledTree> {
  const sibling = await readSibling(path);
  if (sibling.text === null) return refuseTree(sibling.absence, sibling.absence === NOT_THERE.absence);
  const root = parseYaml(path, sibling.text, { mergeKeys: file.kind === 'forgejo' });
  return root === null || pick(root, 'jobs') === undefined ? refuseTree('has no jobs', true) : { root, absence: null };
}

function refuseTree(reason: string, isCertain = false): CalledTree {
  return { root: null, absence: { reason, isCertain } };
}

/** `inputs` of a called workflow: what `with` gives, else the declared default. */
function readCallInputs(root: YamlTree, job: YamlTree, place: Place, guesses: Set<string>): data.Dictionary {
  const { defaults, required, types } = readInputs(root, 'workflow_call');
  const values = new Map<string, Json>(Object.entries(defaults));
  const unknown = new Map<string, string>();
  const guessed = new Map<string, readonly string[]>();
  const given = new Set<string>();
  for (const [name, { value }] of listEntries(pick(job, 'with')).slice(0, MOST_INPUTS)) {
    const where = `${place.where}.with.${name}`;
    const declared = Object.keys(types).find((other) => other.toLowerCase() === name.toLowerCase());
    if (declared === undefined) {
      warn(place.findings, `${where}: the called workflow has no such input`);
      continue;
    }
    given.add(declared);
    // What is not known of an input matters only where the called workflow asks for it.
    const findings = startFindings();
    guesses.clear();
    const filled = toJson(value, (text) => fillValue(text, { ...place, where, findings }) ?? null);
    for (const refused of findings.warnings) warn(place.findings, refused);
    guessed.set(declared.toLowerCase(), [...guesses]);
    const [first] = findings.unknowns;
    if (first !== undefined) unknown.set(declared.toLowerCase(), first.expression);
    else values.set(declared, typed(filled, types[declared] ?? 'string'));
  }
  for (const name of required.filter((other) => !given.has(other))) {
    warn(place.findings, `${place.where}.with: the called workflow requires ${name}`);
  }
  const known = [...values].filter(([name]) => !unknown.has(name.toLowerCase()));
  const members = Object.fromEntries(known.map(([name, value]) => [name, toData(value)]));
  return new PartialObject('inputs', members, unknown, { byName: guessed, read: guesses });
}
