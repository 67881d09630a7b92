import type { Job } from '../../jobs/job.ts';
import type { JobRefusal } from '../../protocol/jobs.ts';
import { splitOption } from '../option-values.ts';
import type { JobIdentity } from '../platform.ts';
import { describeStep, type Step } from './step.ts';

/** The claims of a step (docs: Integrate Pipelines with resource servers using OIDC). */
export function identify(job: Job): JobIdentity {
  const step = describeStep(job);
  const audiences = splitOption(job.options.audiences);
  return {
    subject: formatSubject(step),
    // The workspace's own audience has its UUID without braces.
    audience: audiences.length > 0 ? audiences : `ari:cloud:bitbucket::workspace/${step.workspaceUuid.slice(1, -1)}`,
    claims: {
      accountUuid: step.accountUuid,
      workspaceUuid: step.workspaceUuid,
      repositoryUuid: step.repositoryUuid,
      pipelineUuid: step.pipelineUuid,
      ...(step.environmentUuid !== null && { deploymentEnvironmentUuid: step.environmentUuid }),
      stepUuid: step.stepUuid,
      ...(step.branch !== null && { branchName: step.branch }),
    },
    refusal: refuseStep(job),
    warnings: [],
  };
}

/** `{repository}[:{environment}]:{step}`. */
function formatSubject({ repositoryUuid, environmentUuid, stepUuid }: Step): string {
  return [repositoryUuid, ...(environmentUuid === null ? [] : [environmentUuid]), stepUuid].join(':');
}

function refuseStep({ trigger, workflow, options }: Job): JobRefusal | null {
  if (trigger === 'fork') {
    return {
      code: 'fork',
      detail: 'A pull request from a fork starts no pipeline of this repository: there is no step to get a token.',
      mend: 'Run the step for a branch of the repository itself.',
    };
  }
  if (workflow !== null && workflow.idToken !== true && !options.audiences) {
    return {
      code: 'oidc',
      detail: 'The step does not ask for a token: BITBUCKET_STEP_OIDC_TOKEN is not set.',
      mend: 'Add to the step: oidc: true',
    };
  }
  return null;
}
