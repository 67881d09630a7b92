import type { Job } from '../jobs/job.ts';
import { describeProblem, MintmarkError } from '../problem.ts';
import { readBearer } from './bearer-token.ts';
import { answerJson, type LiveRun, type PlatformAnswer, type PlatformRoute, type RunGrant } from './platform.ts';

/** What systems that share GitHub's request endpoint do in their own way. */
export interface ActionsEndpoint {
  /** Below the issuer's URL; `{run}` names the run. */
  readonly path: string;
  /** Whether the path's member names this run. */
  readonly isRun: (member: string, run: LiveRun) => boolean;
  /** The answer to a request that nobody may make. `secret` is null when there is no Bearer credential at all. */
  readonly refuseCaller: (secret: string | null) => PlatformAnswer;
  /** The answer to a run that asks at another one's path. */
  readonly refuseRun: () => PlatformAnswer;
  readonly refuse: (status: number, text: string) => PlatformAnswer;
  /** Why a token for this audience is not issued to this job; null: it is. */
  readonly checkAudience: (audience: string, job: Job) => string | null;
  readonly describeToken: (token: string) => unknown;
}

/**
 * `GET …?…[&audience=…]` with the run's request token as `Bearer`, in any case (docs: OIDC reference, "Methods for
 * requesting the OIDC token"). Never 502 to 504: `@actions/core` would ask ten times more; nor 404, which it takes for
 * an answer without a token.
 */
export function createTokenRoute(endpoint: ActionsEndpoint): PlatformRoute {
  const { path, refuse } = endpoint;
  return {
    path,
    answer: async ({ method, query, headers, members }, site) => {
      if (method !== 'GET') return allowGet(refuse(405, 'The requested resource does not support this method'));
      const secret = readBearer(headers.authorization);
      const run = site.findRun(secret);
      if (run === null) return endpoint.refuseCaller(secret);
      if (!endpoint.isRun(members.run ?? '', run)) return endpoint.refuseRun();
      // Clients may repeat the parameter: the first one counts, and an empty one is none.
      const audience = query.get('audience') || undefined;
      const objection = audience === undefined ? null : endpoint.checkAudience(audience, run.job);
      if (objection !== null) return refuse(400, objection);
      try {
        const { token } = await run.mint({ audience });
        return answerJson(200, endpoint.describeToken(token));
      } catch (error) {
        if (error instanceof MintmarkError) return refuse(mapStatus(error), error.message);
        throw error;
      }
    },
  };
}

/** The variables that a job asks with: none where it gets no token. */
export function listRequestVariables({ issuerUrl, secret, refusal }: RunGrant, pathAndQuery: string) {
  if (refusal !== undefined && refusal !== null) return {};
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${issuerUrl}${pathAndQuery}`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret,
  };
}

function allowGet(answer: PlatformAnswer): PlatformAnswer {
  return { ...answer, headers: { ...answer.headers, allow: 'GET' } };
}

function mapStatus({ code }: MintmarkError): number {
  const { status } = describeProblem(code);
  if (status >= 500) return 500;
  return status === 403 ? 403 : 400;
}
