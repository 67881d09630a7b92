import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

/** CircleCI's own claims (docs: OpenID Connect tokens): their names have slashes. */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  'oidc.circleci.com/context-ids': { type: 'array', meaning: 'Ids of the contexts that the job uses; may be empty.' },
  'oidc.circleci.com/job-id': text('Id of the job.'),
  'oidc.circleci.com/org-id': text('Id of the organization.'),
  'oidc.circleci.com/pipeline-definition-id': text('Id of the definition that the pipeline was made from.'),
  'oidc.circleci.com/pipeline-id': text('Id of the pipeline.'),
  'oidc.circleci.com/project-id': text('Id of the project.'),
  'oidc.circleci.com/ssh-rerun': { type: 'boolean', meaning: 'Whether the job was started again with SSH access.' },
  'oidc.circleci.com/vcs-origin': text('Host, owner and name of the repository: of the fork, for its pull request.'),
  'oidc.circleci.com/vcs-ref': text('Ref that the pipeline was made from.'),
  'oidc.circleci.com/workflow-id': text('Id of the workflow.'),
};
