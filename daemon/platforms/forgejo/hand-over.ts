import type { Job } from '../../jobs/job.ts';
import { listRequestVariables } from '../actions-endpoint.ts';
import { listDefaultFiles, listDefaultVariables } from '../actions-variables.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { buildForgejoContext, findInstance } from './context.ts';
import { identify } from './identify.ts';
import { placeRequest } from './routes.ts';

/** GitHub's default variables that Forgejo's runner does not set. */
const UNKNOWN_VARIABLES: ReadonlySet<string> = new Set([
  'GITHUB_ACTOR_ID',
  'GITHUB_REF_PROTECTED',
  'GITHUB_REPOSITORY_ID',
  'GITHUB_REPOSITORY_OWNER_ID',
  'GITHUB_TRIGGERING_ACTOR',
  'GITHUB_WORKFLOW_SHA',
]);

/** The environment of a job: each variable under GitHub's name and its own (Forgejo docs: Actions reference, "env"). */
export function handOver(job: Job, grant: RunGrant): HandOver {
  const context = buildForgejoContext(job);
  const refusal = grant.refusal ?? identify(job).refusal;
  return {
    variables: async () => {
      const defaults = Object.entries(listDefaultVariables(job, context, findInstance(job), grant));
      const known = defaults.filter(([name]) => !UNKNOWN_VARIABLES.has(name));
      const own = known.map(([name, value]): [string, string] => [name.replace(/^GITHUB_/, 'FORGEJO_'), value]);
      return {
        ...Object.fromEntries([...known, ...own]),
        GITEA_ACTIONS: 'true',
        ...listRequestVariables({ ...grant, refusal }, placeRequest(context.runId)),
      };
    },
    files: async () => listDefaultFiles(job, context),
  };
}
