import type { Job } from '../../jobs/job.ts';
import type { JobRefusal } from '../../protocol/jobs.ts';
import type { JobIdentity } from '../platform.ts';
import { terraformProfile } from './profile.ts';
import { describeRun, formatWorkspace, type TerraformRun } from './terraform-run.ts';

/** Timeouts that Terraform Enterprise starts with; HCP Terraform does not say its own. Seconds. */
const PHASE_SECONDS = { plan: 7_200, apply: 86_400 } as const;
const TEST_NOT_BEFORE_SECONDS = 30;

/** What the token of a run says (docs: Workload identity, "Token Specification"). */
export function identify(job: Job): JobIdentity {
  const run = describeRun(job);
  return {
    audience: job.options.audience ?? terraformProfile.defaultAudience(job.issuerUrl),
    refusal: refuseFork(job),
    warnings: [],
    ...(run.module === null ? identifyWorkspace(job, run) : identifyTests(job, run, run.module)),
  };
}

/** A token lives as long as its phase may take. */
function identifyWorkspace({ timeoutSeconds }: Job, run: TerraformRun) {
  return {
    subject: `${formatWorkspace(run)}:run_phase:${run.phase}`,
    claims: {
      terraform_organization_id: run.organization.id,
      terraform_organization_name: run.organization.name,
      terraform_project_id: run.project.id,
      terraform_project_name: run.project.name,
      terraform_workspace_id: run.workspace.id,
      terraform_workspace_name: run.workspace.name,
      terraform_full_workspace: formatWorkspace(run),
      terraform_run_id: run.runId,
      terraform_run_phase: run.phase,
    },
    ttlSeconds: Math.min(timeoutSeconds ?? PHASE_SECONDS[run.phase], terraformProfile.maxTtlSeconds),
  };
}

/** docs: Workload identity, "Module test run tokens" */
function identifyTests({ options }: Job, { organization, runId, phase }: TerraformRun, module: string) {
  return {
    subject: `organization:${organization.name}:module:${module}:operation:test_run`,
    claims: {
      terraform_run_phase: phase,
      terraform_organization_id: organization.id,
      terraform_organization_name: organization.name,
      terraform_run_id: runId,
    },
    claimsAt: (issuedAt: number) => ({ nbf: issuedAt - TEST_NOT_BEFORE_SECONDS }),
    ttlSeconds: Number(options['module-test-token-ttl'] ?? '600'),
  };
}

/** docs: UI and VCS-driven run workflow, "Speculative plans on pull requests" */
function refuseFork({ trigger }: Job): JobRefusal | null {
  if (trigger !== 'fork') return null;
  return {
    code: 'fork',
    detail: 'HCP Terraform starts no speculative plan for a pull request from a fork: there is no run to have a token.',
    mend: 'Push the branch to the repository itself, or start the run by hand.',
  };
}
