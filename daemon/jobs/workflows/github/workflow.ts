import type { Job } from '../../job.ts';
import { placeMergeGroup } from '../../merge-group.ts';
import { nameGithubEvent } from '../../triggers.ts';
import type { ReadWorkflow, WorkflowJobFacts } from '../../workflow-job.ts';
import { startFindings, warn } from '../findings.ts';
import { giveInputs, requireDeclared } from '../input-values.ts';
import { pick, readText } from '../yaml-access.ts';
import { parseYaml, refuseFile } from '../yaml-tree.ts';
import { readCalledJobs } from './called-jobs.ts';
import { buildGithubContext } from './context.ts';
import { narrowGrant, readGrant } from './grant.ts';
import { buildInputs, nameCallable, readInputs } from './inputs.ts';
import { describeGithubJob } from './job.ts';
import { type Level, WHOLE_BUDGET } from './level.ts';
import { type JobPlan, planJobs } from './plan.ts';
import { listEvents, tellEvent } from './triggers.ts';

/** Reads `.github/workflows`, `.forgejo/workflows` and `.depot/workflows` (GitHub docs: "Workflow syntax"). */
export const readGithub: ReadWorkflow = async (text, reading) => {
  const { file } = reading;
  const root = parseYaml(file.path, text, { mergeKeys: file.kind === 'forgejo' });
  if (root === null) return [];
  if (root.kind !== 'mapping') throw refuseFile(file.path, root.line, 'it is no mapping');
  // A workflow without a name is called by its path.
  const situation = placeJob({ ...reading.situation, workflowName: readText(pick(root, 'name')) ?? file.path });
  const { owner, repository, ref, event, trigger } = situation;
  const triggers = listEvents(root);
  const declared = [readInputs(root, 'workflow_dispatch'), readInputs(root, 'workflow_call')] as const;
  requireDeclared(file.path, declared, reading.inputs);
  const isByHand = event === 'workflow_dispatch' || (event === 'manual' && trigger === 'manual');
  // What can only be called has its caller's inputs, whatever started that.
  const isDispatch = isByHand && (triggers.includes('workflow_dispatch') || !triggers.includes('workflow_call'));
  const { inputs, unused } = giveInputs(declared[isDispatch ? 0 : 1], reading.inputs);
  const guesses = new Set<string>();
  const findings = startFindings();
  for (const name of unused) warn(findings, `input.${name} means nothing for ${event}`);
  tellEvent(findings, root, situation);
  if (file.kind === 'forgejo' && readText(pick(pick(root, 'permissions'), 'id-token')) === 'write') {
    warn(findings, 'permissions: Forgejo does not read id-token, but enable-openid-connect');
  }
  return readLevel({
    reading: { ...reading, situation },
    path: file.path,
    root,
    github: buildGithubContext(situation, isDispatch ? inputs : null, guesses),
    inputs: isDispatch ? buildInputs('inputs', inputs, guesses) : nameCallable(inputs, Object.keys(reading.inputs)),
    guesses,
    repository: `${owner}/${repository}`,
    ref,
    caller: null,
    chain: [file.path],
    findings,
    triggers,
    budget: { ...WHOLE_BUDGET },
    parsed: new Map(),
  });
};

/** What a merge queue runs, it runs on a branch of its own. */
function placeJob(job: Job): Job {
  if (nameGithubEvent(job) !== 'merge_group') return job;
  const ref = placeMergeGroup(job);
  return { ...job, ref, refName: ref.replace(/^refs\/heads\//, '') };
}

/** The jobs of one workflow, those of the workflows that it calls included. */
async function readLevel(level: Level): Promise<readonly WorkflowJobFacts[]> {
  const { reading, root, path } = level;
  const { kind } = reading.file;
  const workflowGrant = readGrant(kind, path, root);
  const all: WorkflowJobFacts[] = [];
  for (const plan of planJobs(level)) {
    const grant = narrowGrantOf(level, plan, workflowGrant);
    const uses = readText(pick(plan.tree, 'uses'));
    const jobs =
      uses === undefined
        ? [describeGithubJob(level, plan, grant)]
        : await readCalledJobs(level, plan, { uses, grant, readLevel });
    all.push(...jobs);
  }
  return all;
}

function narrowGrantOf(level: Level, plan: JobPlan, workflowGrant: boolean | null): boolean | null {
  const { reading, path, caller } = level;
  const own = readGrant(reading.file.kind, path, plan.tree) ?? workflowGrant;
  if (caller === null) return own ?? takeCallersGrant(level, plan);
  const narrowed = narrowGrant(caller.grant, own);
  if (own === true && narrowed !== true) {
    warn(
      plan.findings,
      `${plan.where}.permissions: the caller does not grant id-token: write, so GitHub starts nothing`,
    );
  }
  return narrowed;
}

/** What only a call starts, and says nothing itself, has what its caller has (docs: "Reuse workflows", "permissions"). */
function takeCallersGrant({ reading, triggers }: Level, { findings, where }: JobPlan): true | null {
  if (!triggers.includes('workflow_call') || triggers.includes(nameGithubEvent(reading.situation))) return null;
  warn(findings, `${where}.permissions: nothing is said here, so its caller decides whether it may ask for a token`);
  return true;
}
