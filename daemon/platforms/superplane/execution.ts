import type { JobIdentity } from '../platform.ts';

export const RUN_WORKFLOW = 'semaphore.runWorkflow';

/** One execution of a node of a canvas. What it does not know is empty. */
export interface Execution {
  readonly organizationId: string;
  readonly canvasId: string;
  readonly nodeId: string;
  readonly executionId: string;
  readonly component: string;
  readonly projectId: string;
  readonly pipelineFile: string;
  readonly ref: string;
  readonly commitSha: string;
}

/** What the token of an execution says. */
export function identifyExecution(execution: Execution): JobIdentity {
  const { organizationId, canvasId, nodeId, executionId, component } = execution;
  const known = {
    project_id: execution.projectId,
    pipeline_file: execution.pipelineFile,
    ref: execution.ref,
    commit_sha: execution.commitSha,
  };
  return {
    subject: `execution:${executionId}`,
    audience: component === RUN_WORKFLOW ? 'semaphore' : 'superplane',
    claims: {
      org_id: organizationId,
      canvas_id: canvasId,
      app_id: canvasId,
      node_id: nodeId,
      execution_id: executionId,
      component,
      ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== '')),
    },
    refusal: null,
    warnings: [],
  };
}
