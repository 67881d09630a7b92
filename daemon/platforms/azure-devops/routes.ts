import type { Job } from '../../jobs/job.ts';
import { MintmarkError } from '../../problem.ts';
import { readBearer } from '../bearer-token.ts';
import { answerJson, type PlatformAnswer, type PlatformRequest, type PlatformRoute } from '../platform.ts';
import { type Build, describeBuild } from './build.ts';
import { refuse, refuseMethod } from './failure.ts';
import { formatSubject } from './identify.ts';

const VERSION = /^\d+\.\d+(?:-preview(?:\.\d+)?)?$/;

/** Where a job's own tokens are asked for, below the issuer's URL. */
export function placeRequest(job: Job): string {
  const { organization, projectId, planId, jobId } = describeBuild(job);
  const scope = `/${encodeURIComponent(organization)}/${projectId}/_apis/distributedtask`;
  return `${scope}/hubs/build/plans/${planId}/jobs/${jobId}/oidctoken`;
}

/**
 * `POST …/oidctoken?api-version=7.1[&serviceConnectionId=…]` (REST reference: Oidctoken -
 * Create). Nobody can ask for an audience or a lifetime. Without a credential the real service
 * redirects to its sign-in unless `X-TFS-FedAuthRedirect` says not to: here it is always the
 * 401 of those who say so. The words of a connection that is not the job's are ours.
 */
export const routes: readonly PlatformRoute[] = [
  {
    path: '/{organization}/{scope}/_apis/distributedtask/hubs/{hub}/plans/{plan}/jobs/{job}/oidctoken',
    answer: async (request, site) => {
      if (request.method !== 'POST') return refuseMethod(request.method);
      const secret = readBearer(request.headers.authorization);
      const run = site.findRun(secret);
      if (run === null) return refuseCaller(secret);
      if (!hasVersion(request)) {
        const text = `No api-version was supplied for the "POST" request. The version must be supplied either as part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").`;
        return refuse(400, 'VssVersionNotSpecifiedException', text);
      }
      const build = describeBuild(run.job);
      if (!isOwnPath(request, build)) {
        return refuse(
          404,
          'TaskOrchestrationPlanNotFoundException',
          `No plan found for identifier ${request.members.plan}.`,
        );
      }
      const wanted = request.query.get('serviceConnectionId') || null;
      if (wanted !== null && wanted.toLowerCase() !== build.connection?.id) {
        return refuse(403, 'VssServiceException', `The job is not authorized to use the service connection ${wanted}.`);
      }
      try {
        const connection = wanted === null ? null : (build.connection?.name ?? null);
        const { token } = await run.mint({ subject: formatSubject(build, connection) });
        return answerJson(200, { oidcToken: token });
      } catch (error) {
        if (error instanceof MintmarkError) return refuse(400, 'VssServiceException', error.message);
        throw error;
      }
    },
  },
];

function refuseCaller(secret: string | null): PlatformAnswer {
  const text =
    secret === null
      ? 'TF400813: Resource not available for anonymous access. Client authentication required.'
      : "TF400813: The user '' is not authorized to access this resource.";
  const answer = refuse(401, 'UnauthorizedRequestException', text);
  return { ...answer, headers: { 'www-authenticate': 'Bearer' } };
}

/** The version is in the query or a parameter of `Accept` (docs: REST API versioning). */
function hasVersion({ query, headers }: PlatformRequest): boolean {
  const accepted = /;\s*api-version=([^;,\s]+)/i.exec(headers.accept ?? '')?.[1];
  return VERSION.test(query.get('api-version') ?? accepted ?? '');
}

/** The organization's name is not compared: it is a part of the host in older URLs. */
function isOwnPath({ members }: PlatformRequest, { projectId, planId, jobId }: Build): boolean {
  return members.scope === projectId && members.plan === planId && members.job === jobId;
}
