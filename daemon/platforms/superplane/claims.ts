import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

/** SuperPlane's own claims (pkg/integrations/semaphore/components/run_workflow.go): texts, left out when empty. */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  org_id: text('Id of the organization.'),
  canvas_id: text('Id of the canvas.'),
  app_id: text('Id of the canvas, by its newer name.'),
  node_id: text('Id of the node of the canvas that started the workflow.'),
  execution_id: text('Id of the execution of that node.'),
  component: text('What the node runs: semaphore.runWorkflow.'),
  project_id: text('Id of the Semaphore project; absent when the node knows none.'),
  pipeline_file: text('Pipeline file that the workflow begins with; absent when the node names none.'),
  ref: text('Git reference of the workflow; absent when the node names none.'),
  commit_sha: text('Commit of the workflow; absent when the node names none.'),
};
