import { MintmarkError } from '../problem.ts';
import { quoteText } from '../token/quote.ts';
import { showSafely } from '../token/safe-text.ts';
import type { WorkflowFile, WorkflowKind } from './workflow-file.ts';
import type { ReadWorkflow, WorkflowJobFacts } from './workflow-job.ts';

/** Those whose `inputs` are read. */
const WITH_INPUTS: readonly WorkflowKind[] = ['github', 'forgejo', 'depot', 'gitlab'];

/**
 * Reads the jobs of a workflow file. YAML and expressions are loaded when the first file is read.
 * @throws MintmarkError `invalid_request` with file and line for what is no workflow
 */
export const readWorkflowJobs: ReadWorkflow = async (text, reading) => {
  const [input] = Object.keys(reading.inputs);
  if (input !== undefined && !WITH_INPUTS.includes(reading.file.kind)) {
    throw new MintmarkError('invalid_request', `options: nobody here reads inputs of ${quoteText(reading.file.path)}`);
  }
  // Its steps of `parallel` are written one by one (Bitbucket docs: "Parallel step options").
  if (reading.file.kind === 'bitbucket' && Object.keys(reading.matrix).length > 0) {
    throw new MintmarkError('invalid_request', `matrix: Bitbucket Pipelines has none: ${quoteText(reading.file.path)}`);
  }
  const read = await loadReader(reading.file.kind);
  return nameApart(await read(text, reading));
};

/** Jobs of one id get a number behind it, from the second one on: each can be asked for, and each says so. */
function nameApart(jobs: readonly WorkflowJobFacts[]): readonly WorkflowJobFacts[] {
  const count = new Map<string, number>();
  for (const { id } of jobs) count.set(id, (count.get(id) ?? 0) + 1);
  const taken = new Set(count.keys());
  const seen = new Map<string, number>();
  return jobs.map((job) => {
    const many = count.get(job.id) ?? 1;
    if (many === 1) return job;
    let at = (seen.get(job.id) ?? 0) + 1;
    const isFirst = at === 1;
    while (!isFirst && taken.has(`${job.id}-${at}`)) at += 1;
    seen.set(job.id, at);
    const id = isFirst ? job.id : `${job.id}-${at}`;
    const note = `${showSafely(shorten(job.id))} is the name of ${many} jobs: this one, of line ${job.line}, is ${showSafely(shorten(id))}`;
    return { ...job, id, warnings: [...job.warnings, note] };
  });
}

const LONGEST = 200;

function shorten(id: string): string {
  return id.length > LONGEST ? `${id.slice(0, LONGEST)}…` : id;
}

async function loadReader(kind: WorkflowFile['kind']): Promise<ReadWorkflow> {
  switch (kind) {
    case 'github':
    case 'forgejo':
    case 'depot':
      return (await import('./workflows/github/workflow.ts')).readGithub;
    case 'gitlab':
      return (await import('./workflows/gitlab/pipeline.ts')).readGitlab;
    case 'semaphore':
      return (await import('./workflows/semaphore/pipeline.ts')).readSemaphore;
    case 'circleci':
      return (await import('./workflows/circleci/config.ts')).readCircleci;
    case 'buildkite':
      return (await import('./workflows/buildkite/pipeline.ts')).readBuildkite;
    case 'bitbucket':
      return (await import('./workflows/bitbucket/pipeline.ts')).readBitbucket;
    case 'azure':
      return (await import('./workflows/azure/pipeline.ts')).readAzure;
  }
}
