import { z } from 'zod';
import { slug } from './resources.ts';

/** A node of a canvas with the component `semaphore.runWorkflow`, to be executed. */
export const workflowRequest = z.strictObject({
  slug,
  /** Of a Semaphore organization; the stub below the issuer without it. */
  organizationUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .optional(),
  apiToken: z
    .string()
    .regex(/^[\x21-\x7e]{1,4096}$/)
    .optional(),
  orgId: z.uuid().optional(),
  canvasId: z.uuid().optional(),
  nodeId: z.string().min(1).max(256).optional(),
  /** Of the Semaphore project; SuperPlane has it from the node's metadata, which may be missing. */
  projectId: z.string().max(256).optional(),
  pipelineFile: z.string().max(1_024).default('.semaphore/semaphore.yml'),
  ref: z.string().max(1_024).default('refs/heads/main'),
  commitSha: z.string().max(64).optional(),
  parameters: z.record(z.string().min(1).max(256), z.string().max(16_384)).default({}),
  /** "Add OIDC assertion" of the node. */
  addOidcAssertion: z.boolean().default(false),
  /** The stub records the token, too. */
  keepToken: z.boolean().default(false),
});

/** A workflow that was started. */
export const startedWorkflow = z.object({
  executionId: z.string(),
  canvasId: z.string(),
  workflowId: z.string(),
  pipelineId: z.string(),
  workflowUrl: z.string(),
  /** Names of the parameters that it was started with. */
  parameters: z.array(z.string()),
  /** Where Semaphore tells how it ended, and what it signs that with (`X-Semaphore-Signature-256`). */
  webhook: z.object({ url: z.string(), secret: z.string() }),
});

export const execution = z.object({
  executionId: z.string(),
  nodeId: z.string(),
  workflowId: z.string(),
  pipelineId: z.string(),
  workflowUrl: z.string(),
  /** Channel that the result was sent to; null: the workflow has not finished. */
  output: z.enum(['passed', 'failed']).nullable(),
});

/** The body as it arrived, tokens masked unless they were to be kept, and the answer. */
export const stubRequest = z.object({
  project_id: z.string().optional(),
  reference: z.string().optional(),
  pipeline_file: z.string().optional(),
  commit_sha: z.string().optional(),
  parameters: z.record(z.string(), z.string()),
  workflow_id: z.string(),
  pipeline_id: z.string(),
});
