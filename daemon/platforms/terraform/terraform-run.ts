import type { Job } from '../../jobs/job.ts';
import { deriveLetters } from '../../jobs/stable-ids.ts';

interface NamedId {
  readonly id: string;
  readonly name: string;
}

/** What HCP Terraform knows of a run beyond the job itself. */
export interface TerraformRun {
  readonly organization: NamedId;
  readonly project: NamedId;
  readonly workspace: NamedId;
  readonly runId: string;
  readonly phase: 'plan' | 'apply';
  /** Of tests; null: a workspace runs. */
  readonly module: string | null;
}

/**
 * Places a job in a workspace of HCP Terraform. Ids that nobody said are made of names or, where every run has its
 * own, of the run.
 */
export function describeRun({ owner, repository, runKey, trigger, options }: Job): TerraformRun {
  const organization = options.organization || owner.replace(/\/.*$/, '');
  const project = options.project ?? 'Default Project';
  const workspace = options.workspace || repository;
  const module = options.module || null;
  const isProposal = trigger === 'pull_request' || trigger === 'fork';
  const phase = options['run-phase'] || (isProposal ? 'plan' : 'apply');
  return {
    organization: {
      name: organization,
      id: options['organization-id'] || `org-${deriveLetters(16, 'organization', organization)}`,
    },
    project: { name: project, id: options['project-id'] || `prj-${deriveLetters(16, organization, project)}` },
    workspace: {
      name: workspace,
      id: options['workspace-id'] || `ws-${deriveLetters(16, organization, project, workspace)}`,
    },
    runId: `${module === null ? 'run' : 'trun'}-${deriveLetters(16, 'run', runKey)}`,
    // Tests of a module only plan (docs: "Module test custom claims").
    phase: phase === 'plan' || module !== null ? 'plan' : 'apply',
    module,
  };
}

/** `organization:O:project:P:workspace:W` */
export function formatWorkspace({ organization, project, workspace }: TerraformRun): string {
  return `organization:${organization.name}:project:${project.name}:workspace:${workspace.name}`;
}
