import type { Job } from '../../jobs/job.ts';
import { PREVIEW_RUN } from '../../jobs/stable-ids.ts';
import type { JobRefusal } from '../../protocol/jobs.ts';
import type { JobIdentity } from '../platform.ts';
import { describeStep, type Step } from './step.ts';

const MOST_AUDIENCES = 10;
const LONGEST_AUDIENCE = 150;

/** The claims of a step (docs: Integrate Pipelines with resource servers using OIDC). */
export function identify(job: Job): JobIdentity {
  const step = describeStep(job);
  const { audiences } = step;
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
    refusal: refuseStep(job, step),
    warnings: job.runKey === PREVIEW_RUN ? ['sub ends with the UUID of the step, which is another in every run'] : [],
  };
}

/** `{repository}[:{environment}]:{step}`. */
function formatSubject({ repositoryUuid, environmentUuid, stepUuid }: Step): string {
  return [repositoryUuid, ...(environmentUuid === null ? [] : [environmentUuid]), stepUuid].join(':');
}

function refuseStep({ trigger, workflow }: Job, { audiences }: Step): JobRefusal | null {
  if (trigger === 'fork') {
    return {
      code: 'fork',
      detail: 'A pull request from a fork starts no pipeline of this repository: there is no step to get a token.',
      mend: 'Run the step for a branch of the repository itself.',
    };
  }
  if (audiences.length > MOST_AUDIENCES || audiences.some((audience) => audience.length > LONGEST_AUDIENCE)) {
    return {
      code: 'audiences',
      detail: `A step has at most ${MOST_AUDIENCES} audiences, each of ${LONGEST_AUDIENCE} characters at most.`,
      mend: 'Name fewer or shorter ones under oidc: { audiences: […] }',
    };
  }
  if (workflow !== null && workflow.idToken !== true && audiences.length === 0) {
    return {
      code: 'oidc',
      detail: 'The step does not ask for a token: BITBUCKET_STEP_OIDC_TOKEN is not set.',
      mend: 'Add to the step: oidc: true',
    };
  }
  return null;
}
