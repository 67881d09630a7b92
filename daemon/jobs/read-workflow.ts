import { MintmarkError } from '../problem.ts';
import { quoteText } from '../token/quote.ts';
import type { WorkflowFile, WorkflowKind } from './workflow-file.ts';
import type { ReadWorkflow } from './workflow-job.ts';

/** Those whose `inputs` are read. */
const WITH_INPUTS: readonly WorkflowKind[] = ['github', 'forgejo', 'depot'];

/**
 * Reads the jobs of a workflow file. YAML and expressions are loaded when the first file is read.
 * @throws MintmarkError `invalid_request` with file and line for what is no workflow
 */
export const readWorkflowJobs: ReadWorkflow = async (text, reading) => {
  const [input] = Object.keys(reading.inputs);
  if (input !== undefined && !WITH_INPUTS.includes(reading.file.kind)) {
    throw new MintmarkError('invalid_request', `options: nobody here reads inputs of ${quoteText(reading.file.path)}`);
  }
  const read = await loadReader(reading.file.kind);
  return read(text, reading);
};

async function loadReader(kind: WorkflowFile['kind']): Promise<ReadWorkflow> {
  switch (kind) {
    case 'github':
    case 'forgejo':
    case 'depot':
      return (await import('./workflows/github.ts')).readGithub;
    case 'gitlab':
      return (await import('./workflows/gitlab.ts')).readGitlab;
    case 'semaphore':
      return (await import('./workflows/semaphore.ts')).readSemaphore;
    case 'circleci':
      return (await import('./workflows/circleci.ts')).readCircleci;
    case 'buildkite':
      return (await import('./workflows/buildkite.ts')).readBuildkite;
    case 'bitbucket':
      return (await import('./workflows/bitbucket.ts')).readBitbucket;
    case 'azure':
      return (await import('./workflows/azure.ts')).readAzure;
  }
}
