import { MOST_JOBS, type ReadWorkflow, type WorkflowJobFacts } from '../workflow-job.ts';
import { type Findings, noteUnknown, startFindings } from './findings.ts';
import { makePlainJob } from './plain-job.ts';
import { listItems, pick, readText, requireMapping } from './yaml-access.ts';
import { parseYaml, refuseFile, type YamlTree } from './yaml-tree.ts';

interface PlacedJob {
  readonly stage: string | null;
  readonly job: YamlTree;
}

/**
 * Reads `azure-pipelines.yml`: the jobs of its stages (Azure docs: "YAML schema reference"). The first service connection
 * that a step names is the one that its token is for. Templates are named, not read.
 */
export const readAzure: ReadWorkflow = async (text, { file }) => {
  const root = parseYaml(file.path, text, { mergeKeys: false });
  if (root === null) return [];
  requireMapping(file.path, root, 'it');
  const workflowName = readText(pick(root, 'name'));
  const jobs: WorkflowJobFacts[] = [];
  for (const [at, { stage, job }] of listJobs(root).entries()) {
    if (at === MOST_JOBS) throw refuseFile(file.path, job.line, `there are more than ${MOST_JOBS} jobs`);
    const own = readText(pick(job, 'job')) ?? readText(pick(job, 'deployment')) ?? 'Job';
    const id = stage === null ? own : `${stage}/${own}`;
    const findings = startFindings();
    const environment = readEnvironment(findings, id, job);
    const condition = readText(pick(job, 'condition'));
    if (condition !== undefined) noteUnknown(findings, condition, `${id}.condition`, 'true');
    const connection = findConnection(job);
    const minutes = Number(readText(pick(job, 'timeoutInMinutes')) ?? Number.NaN);
    jobs.push(
      makePlainJob(
        {
          id,
          name: readText(pick(job, 'displayName')) ?? own,
          line: job.line,
          facts: {
            workflowFile: file.path,
            jobId: own,
            environment,
            workflow: { idToken: null, idTokens: {} },
            ...(workflowName !== undefined && !workflowName.includes('$') && { workflowName }),
            ...(minutes > 0 && { timeoutSeconds: Math.round(minutes * 60) }),
          },
          options: connection === null ? {} : { 'service-connection': connection },
        },
        findings,
      ),
    );
  }
  return jobs;
};

/** A file may have stages, jobs without stages, or steps alone, which are one job. */
function listJobs(root: YamlTree): readonly PlacedJob[] {
  const isJob = (item: YamlTree): boolean => pick(item, 'job') !== undefined || pick(item, 'deployment') !== undefined;
  const stages = listItems(pick(root, 'stages'));
  if (stages.length > 0) {
    return stages.flatMap((stage) => {
      const name = readText(pick(stage, 'stage')) ?? null;
      return listItems(pick(stage, 'jobs'))
        .filter(isJob)
        .map((job) => ({ stage: name, job }));
    });
  }
  const jobs = listItems(pick(root, 'jobs')).filter(isJob);
  if (jobs.length > 0) return jobs.map((job) => ({ stage: null, job }));
  return pick(root, 'steps') === undefined ? [] : [{ stage: null, job: root }];
}

function readEnvironment(findings: Findings, id: string, job: YamlTree): string | null {
  const tree = pick(job, 'environment');
  const name = readText(tree?.kind === 'mapping' ? pick(tree, 'name') : tree) ?? null;
  const [variable] = /\$(?:\([^)]*\)|\{\{.*?\}\}|\[[^\]]*\])/.exec(name ?? '') ?? [];
  if (variable !== undefined) noteUnknown(findings, variable, `${id}.environment`, name);
  // `environment: production.web` names a resource of it.
  return name === null || variable !== undefined ? name : (name.split('.')[0] ?? name);
}

const INPUTS = ['azureSubscription', 'connectedServiceNameARM', 'ConnectedServiceName', 'connectedServiceName'];

function findConnection(tree: YamlTree): string | null {
  if (tree.kind === 'list') return findFirst(tree.items);
  if (tree.kind !== 'mapping') return null;
  for (const name of INPUTS) {
    const said = readText(pick(pick(tree, 'inputs'), name));
    if (said !== undefined) return said;
  }
  return findFirst([...tree.entries.values()].map(({ value }) => value));
}

function findFirst(trees: readonly YamlTree[]): string | null {
  for (const tree of trees) {
    const found = findConnection(tree);
    if (found !== null) return found;
  }
  return null;
}
