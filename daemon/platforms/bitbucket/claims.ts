import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

/** Bitbucket's own claims (docs: Integrate Pipelines with resource servers using OIDC): UUIDs are in braces. */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  accountUuid: text('Account of who started the pipeline.'),
  workspaceUuid: text('Workspace of the repository.'),
  repositoryUuid: text('Repository: stays when it is renamed.'),
  pipelineUuid: text('Run of the pipeline.'),
  deploymentEnvironmentUuid: text('Deployment environment of the step; absent when it has none.'),
  stepUuid: text('Run of the step.'),
  branchName: text('Branch that the pipeline runs for; absent for a tag.'),
};
