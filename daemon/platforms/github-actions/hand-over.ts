import type { Job } from '../../jobs/job.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { nameEvent } from './identify.ts';

/** The environment of a job (docs: Variables reference, "Default environment variables") and the request endpoint. */
export function handOver(job: Job, grant: RunGrant): HandOver {
  const { owner, repository } = job;
  return {
    variables: async () => ({
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTOR: job.actor,
      GITHUB_EVENT_NAME: nameEvent(job),
      GITHUB_JOB: job.jobId,
      GITHUB_REF: job.ref,
      GITHUB_REF_NAME: job.refName,
      GITHUB_REF_TYPE: job.refType,
      GITHUB_REPOSITORY: `${owner}/${repository}`,
      GITHUB_REPOSITORY_OWNER: owner,
      GITHUB_SHA: job.sha,
      GITHUB_SERVER_URL: `https://${job.host}`,
      GITHUB_WORKFLOW: job.workflowName,
      // Clients append `&audience=…`: the URL has a query already.
      ACTIONS_ID_TOKEN_REQUEST_URL: `${grant.issuerUrl}/idtoken/${grant.runId}?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: grant.secret,
    }),
  };
}
