import { z } from 'zod';
import type { Execution } from '../platforms/superplane/execution.ts';
import { WORKFLOWS_PATH } from '../platforms/superplane/routes.ts';
import { MintmarkError } from '../problem.ts';
import { LOOPBACK_NAMES } from '../token/loopback-names.ts';
import { decodeUtf8 } from '../token/utf8.ts';
import type { FetchedDocument } from '../verify/fetch-document.ts';

/** POSTs JSON to somebody else's server. It rejects when there is no acceptable answer. */
export type PostJson = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
) => Promise<FetchedDocument>;

export interface Organization {
  /** Without a trailing slash. */
  readonly url: string;
  readonly apiToken: string;
}

/** @throws MintmarkError `invalid_request` for one that would be told the token in the clear */
export function readOrganization(url: string, apiToken: string | undefined): Organization {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK_NAMES.has(hostname))) {
    throw new MintmarkError('invalid_request', 'organizationUrl: https, or http of this machine');
  }
  if (apiToken === undefined) throw new MintmarkError('invalid_request', 'apiToken: the organization asks for one');
  return { url: url.replace(/\/+$/, ''), apiToken };
}

const started = z.object({ workflow_id: z.string().min(1).max(256), pipeline_id: z.string().min(1).max(256) });

/**
 * Starts a workflow (Semaphore's API v1alpha). A refusal is told by its number: its text may repeat what it was sent.
 * @throws MintmarkError `semaphore_unreachable`, `semaphore_refused`
 */
export async function startWorkflow(
  postJson: PostJson,
  { url, apiToken }: Organization,
  { projectId, ref, pipelineFile, commitSha }: Execution,
  parameters: Readonly<Record<string, string>>,
): Promise<{ workflowId: string; pipelineId: string }> {
  const body = {
    ...(projectId !== '' && { project_id: projectId }),
    reference: ref,
    pipeline_file: pipelineFile,
    parameters,
    ...(commitSha !== '' && { commit_sha: commitSha }),
  };
  const headers = { authorization: `Token ${apiToken}` };
  const answer = await postJson(`${url}${WORKFLOWS_PATH}`, headers, JSON.stringify(body)).catch((cause: unknown) => {
    throw new MintmarkError('semaphore_unreachable', undefined, { cause });
  });
  if (answer.status !== 200) {
    throw new MintmarkError('semaphore_refused', `error running workflow: request got ${answer.status} code`);
  }
  try {
    const { workflow_id, pipeline_id } = started.parse(JSON.parse(decodeUtf8(answer.body)));
    return { workflowId: workflow_id, pipelineId: pipeline_id };
  } catch {
    throw new MintmarkError('semaphore_refused', 'error running workflow: the answer names no workflow');
  }
}
