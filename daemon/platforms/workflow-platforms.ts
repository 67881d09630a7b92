import { locateWorkflow, WORKFLOW_KINDS, type WorkflowKind } from '../jobs/workflow-file.ts';
import { MintmarkError } from '../problem.ts';
import type { PlatformName } from '../protocol/resources.ts';
import { quoteText } from '../token/quote.ts';

/** Whose first issuer signs for the jobs of a file. */
export const PLATFORM_OF: Readonly<Record<WorkflowKind, PlatformName>> = {
  github: 'github-actions',
  forgejo: 'forgejo',
  depot: 'depot',
  gitlab: 'gitlab',
  semaphore: 'semaphore',
  circleci: 'circleci',
  buildkite: 'buildkite',
  bitbucket: 'bitbucket',
  azure: 'azure-devops',
};

/** Files of others that a platform runs besides: Forgejo and Depot take GitHub's, SuperPlane starts Semaphore's. */
const ALSO: ReadonlyMap<string, WorkflowKind> = new Map([
  ['forgejo', 'github'],
  ['depot', 'github'],
  ['superplane', 'semaphore'],
]);

/** In whose language a platform's own workflow files are written; undefined: it has none. */
export function findWorkflowKind(platform: string): WorkflowKind | undefined {
  return KIND_OF.get(platform) ?? ALSO.get(platform);
}

const KIND_OF: ReadonlyMap<string, WorkflowKind> = new Map(
  WORKFLOW_KINDS.map((kind) => [PLATFORM_OF[kind], kind] as const),
);

/**
 * Refuses a workflow file that says nothing about jobs of a platform.
 * @param path absolute
 * @throws MintmarkError `invalid_request`
 */
export function requireOwnWorkflow(platform: string, path: string): void {
  const { kind } = locateWorkflow(path, undefined, findWorkflowKind(platform));
  const owner = PLATFORM_OF[kind];
  if (owner === platform || ALSO.get(platform) === kind) return;
  throw new MintmarkError('invalid_request', `job: ${quoteText(path)} is a file of ${owner}, not of ${platform}`);
}
