import type { Job, WorkflowGrant } from '../../job.ts';
import { MOST_JOBS, type ReadWorkflow, type WorkflowJobFacts } from '../../workflow-job.ts';
import { type Findings, leaveOut, noteUnknown, startFindings, warn } from '../findings.ts';
import { makePlainJob } from '../plain-job.ts';
import { listEntries, listItems, pick, readText, readTexts, requireList, requireMapping } from '../yaml-access.ts';
import { parseYaml, refuseFile, type YamlTree } from '../yaml-tree.ts';
import { findBetter, listMatching, listOpenRivals, matchesAny, type Patterned } from './patterns.ts';

/**
 * Sections of `pipelines:` and what starts them (Bitbucket docs: "Pipeline start conditions"). Besides, any pipeline
 * can be run by hand, or by a schedule of a branch ("Pipeline triggers").
 */
const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  default: ['push', 'manual', 'schedule'],
  branches: ['push', 'manual', 'schedule'],
  tags: ['tag', 'manual'],
  'pull-requests': ['pull_request', 'manual', 'schedule'],
  custom: ['manual', 'schedule'],
};

interface Pipeline {
  readonly id: string;
  readonly line: number;
  readonly triggers: readonly string[];
  /** Of branches or tags that start it; null: any. */
  readonly pattern: string | null;
  readonly steps: YamlTree;
}

/** Reads `bitbucket-pipelines.yml`: a step gets a token with `oidc` (Bitbucket docs: "Step options", "OIDC"). */
export const readBitbucket: ReadWorkflow = async (text, { file, situation, tellElsewhere }) => {
  const root = parseYaml(file.path, text, { mergeKeys: true });
  if (root === null) return [];
  requireMapping(file.path, root, 'it');
  const whole = pick(pick(root, 'options'), 'oidc');
  const jobs: WorkflowJobFacts[] = [];
  const pipelines = listPipelines(pick(root, 'pipelines'));
  const matching = listMatching(pipelines, nameBranch(situation));
  for (const pipeline of pipelines) {
    const { id: owner, pattern } = pipeline;
    const reason = explainAbsence(pipeline, { all: pipelines, matching }, situation);
    const rivals = pattern === null || isChosen(situation) ? [] : listOpenRivals({ id: owner, pattern }, matching);
    const imported = readText(pick(pipeline.steps, 'import'));
    if (imported !== undefined && jobs.length < MOST_JOBS) {
      tellElsewhere([`pipeline ${imported}`]);
      jobs.push(describeImport(file.path, pipeline, { imported, reason }));
      continue;
    }
    const steps = listSteps(requireList(file.path, pipeline.steps, pipeline.id), null);
    for (const [at, { step, stage }] of steps.entries()) {
      requireMapping(file.path, step, 'a step');
      if (jobs.length === MOST_JOBS) throw refuseFile(file.path, step.line, `there are more than ${MOST_JOBS} steps`);
      const name = readText(pick(step, 'name')) ?? `Step ${at + 1}`;
      const findings = startFindings();
      if (reason !== null) leaveOut(findings, `${pipeline.id}: ${reason}`);
      else for (const rival of rivals) warn(findings, `${pipeline.id}: ${rival.id} may be started in its place`);
      const id = `${pipeline.id}/${name}`;
      tellConditions(findings, [step, stage], id);
      const minutes = Number(readText(pick(step, 'max-time')) ?? Number.NaN);
      jobs.push(
        makePlainJob(
          {
            id,
            name,
            line: step.line,
            facts: {
              workflowFile: file.path,
              workflowName: pipeline.id,
              jobId: name,
              environment:
                readText(pick(step, 'deployment')) ?? readText(pick(stage ?? undefined, 'deployment')) ?? null,
              workflow: readGrant(pick(step, 'oidc'), whole),
              ...(minutes > 0 && { timeoutSeconds: Math.round(minutes * 60) }),
            },
            triggers: pipeline.triggers,
          },
          findings,
        ),
      );
    }
  }
  return jobs;
};

/** A pipeline of another repository (Bitbucket docs: "Share pipelines configurations"), whose steps nobody here knows. */
function describeImport(
  path: string,
  { id, line, triggers }: Pipeline,
  { imported, reason }: { readonly imported: string; readonly reason: string | null },
): WorkflowJobFacts {
  const findings = startFindings();
  if (reason !== null) leaveOut(findings, `${id}: ${reason}`);
  noteUnknown(findings, `steps of ${imported}`, id, null);
  const facts = { workflowFile: path, workflowName: id, jobId: imported };
  return makePlainJob({ id: `${id}/${imported}`, name: imported, line, facts, triggers }, findings);
}

/** Whoever runs a pipeline by hand picks one; patterns are for what starts by itself. */
function isChosen({ trigger }: Job): boolean {
  return trigger === 'manual' || trigger === 'schedule';
}

/** What patterns are about: the source branch of a pull request, the branch or tag of anything else. */
function nameBranch({ pullRequest, refName }: Job): string {
  return pullRequest?.headBranch ?? refName;
}

/** Why the event does not start a pipeline; null: it does, or may. */
function explainAbsence(
  { id, triggers, pattern }: Pipeline,
  { all, matching }: { readonly all: readonly Pipeline[]; readonly matching: readonly Patterned[] },
  job: Job,
): string | null {
  const started = job.trigger === 'fork' ? 'pull_request' : job.trigger;
  const branch = nameBranch(job);
  if (!triggers.includes(started)) return `${started} does not start it`;
  if (id.startsWith('tags/') && job.refType !== 'tag') return `${branch} is no tag`;
  if (isChosen(job)) return null;
  if (pattern !== null && !matchesAny(pattern, branch)) return `${branch} does not start it`;
  const better = pattern === null ? undefined : findBetter({ id, pattern }, matching);
  const own = id === 'default' ? all.find((other) => isOfBranch(other, branch)) : better;
  return own === undefined ? null : `${branch} starts ${own.id} in its place`;
}

function isOfBranch({ id, pattern }: Pipeline, branch: string): boolean {
  return id.startsWith('branches/') && pattern !== null && matchesAny(pattern, branch);
}

function listPipelines(pipelines: YamlTree | undefined): readonly Pipeline[] {
  return listEntries(pipelines).flatMap(([section, { line, value }]): Pipeline[] => {
    const triggers = Object.hasOwn(SECTIONS, section) ? SECTIONS[section] : undefined;
    if (triggers === undefined) return [];
    if (section === 'default') return [{ id: section, line, triggers, pattern: null, steps: value }];
    return listEntries(value).map(([name, { line: at, value: steps }]) => ({
      id: `${section}/${name}`,
      line: at,
      triggers,
      pattern: section === 'custom' ? null : name,
      // Newer files have the triggers beside the steps.
      steps: pick(steps, 'steps') ?? steps,
    }));
  });
}

/** A step, and the stage that it is in. */
interface Placed {
  readonly step: YamlTree;
  readonly stage: YamlTree | null;
}

/** `step`, `parallel` and `stage` items in their order. */
function listSteps(list: YamlTree, inside: YamlTree | null): readonly Placed[] {
  return listItems(list).flatMap((item): readonly Placed[] => {
    const step = pick(item, 'step');
    if (step !== undefined) return [{ step, stage: inside }];
    const parallel = pick(item, 'parallel');
    if (parallel !== undefined) return listSteps(pick(parallel, 'steps') ?? parallel, inside);
    const stage = pick(item, 'stage');
    const steps = pick(stage, 'steps');
    return stage === undefined || steps === undefined ? [] : listSteps(steps, stage);
  });
}

/** `condition` and `trigger` of a step or its stage (Bitbucket docs: "Step options", "Stage options"). */
function tellConditions(findings: Findings, parts: readonly (YamlTree | null)[], where: string): void {
  const given = parts.flatMap((part) => part ?? []);
  if (given.some((part) => pick(pick(part, 'condition'), 'changesets') !== undefined)) {
    noteUnknown(findings, 'files that changed (condition)', where, 'true');
  }
  if (given.some((part) => readText(pick(part, 'trigger')) === 'manual')) {
    warn(findings, `${where}: somebody has to start it`);
  }
}

function readGrant(own: YamlTree | undefined, whole: YamlTree | undefined): WorkflowGrant {
  const said = own ?? whole;
  const audiences = readTexts(pick(own, 'audiences') ?? pick(whole, 'audiences'));
  const isOn = said === undefined ? null : said.kind === 'mapping' || readText(said) === 'true';
  return {
    idToken: isOn,
    idTokens: isOn === true && audiences.length > 0 ? { BITBUCKET_STEP_OIDC_TOKEN: audiences } : {},
  };
}
