import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

/**
 * Terraform's own claims (docs: Workload identity, "Custom claims"). A module's tests have no project and no workspace.
 */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  terraform_organization_id: text('Id of the organization.'),
  terraform_organization_name: text('Name of the organization.'),
  terraform_project_id: text('Id of the project; absent in tests of a module.'),
  terraform_project_name: text('Name of the project; absent in tests of a module.'),
  terraform_workspace_id: text('Id of the workspace; absent in tests of a module.'),
  terraform_workspace_name: text('Name of the workspace; absent in tests of a module.'),
  terraform_full_workspace: text('Organization, project and workspace; absent in tests of a module.'),
  terraform_run_id: text('Id of the run.'),
  terraform_run_phase: text('plan or apply; always plan in tests of a module.'),
};
