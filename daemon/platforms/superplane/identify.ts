import type { Job } from '../../jobs/job.ts';
import { deriveUuid } from '../../jobs/stable-ids.ts';
import type { JobIdentity } from '../platform.ts';
import { describeWorkflow } from '../semaphore/workflow.ts';
import { type Execution, identifyExecution, RUN_WORKFLOW } from './execution.ts';
import { toSemaphoreJob } from './semaphore-job.ts';

const DEFAULT_PIPELINE_FILE = '.semaphore/semaphore.yml';
const INTEGRATION_TTL_SECONDS = 300;

/** What started the canvas does not show in a token; repository, ref and commit do where the node names them. */
export function identify(job: Job): JobIdentity {
  if (job.options.kind === 'integration') return identifyIntegration(job);
  const identity = identifyExecution(describeExecution(job));
  if (job.options['add-oidc-assertion'] !== 'false') return identity;
  return {
    ...identity,
    refusal: {
      code: 'assertion_off',
      detail: 'The node does not add an OIDC assertion to its workflows.',
      mend: 'Turn on "Add OIDC assertion" in the node (option add-oidc-assertion).',
    },
  };
}

/** Ids that nobody said are derived from the repository, so that they can be pinned. */
export function describeExecution(job: Job): Execution {
  const { owner, repository, options } = job;
  return {
    organizationId: options['org-id'] || deriveUuid('superplane', owner),
    canvasId: options['canvas-id'] || deriveUuid('canvas', owner, repository),
    nodeId: options['node-id'] || job.jobId,
    executionId: options['execution-id'] || deriveUuid('execution', job.runKey),
    component: options.component || RUN_WORKFLOW,
    projectId: describeWorkflow(toSemaphoreJob(job)).projectId,
    pipelineFile: job.workflowFile || DEFAULT_PIPELINE_FILE,
    ref: job.ref,
    commitSha: job.sha,
  };
}

/** The token that SuperPlane itself exchanges with a cloud: AWS is told the integration, others name their audience. */
function identifyIntegration({ owner, options }: Job): JobIdentity {
  const integration = options['integration-id'] || deriveUuid('integration', owner);
  return {
    subject: `app-installation:${integration}`,
    audience: integration,
    claims: {},
    refusal: null,
    warnings: [],
    ttlSeconds: INTEGRATION_TTL_SECONDS,
  };
}
