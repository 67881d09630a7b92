import { z } from 'zod';
import { MintmarkError } from '../../problem.ts';
import { readBearer } from '../bearer-token.ts';
import { answerJson, type PlatformAnswer, type PlatformRoute } from '../platform.ts';
import { readRequest } from '../read-request.ts';
import { describeBuild } from './build.ts';
import { pickClaims } from './wanted-claims.ts';

/** Where the Agent API begins; BUILDKITE_AGENT_ENDPOINT is the issuer's URL and this. */
export const API_PATH = '/v3';

/** The agent leaves out what its flags do not say, and sends a lifetime of 0 never (api/oidc.go). */
const tokenRequest = z.object({
  audience: z.string().optional(),
  lifetime: z.number().int().min(0).optional(),
  claims: z.array(z.string()).optional(),
  aws_session_tags: z.array(z.string()).optional(),
  subject_claim: z.string().optional(),
});

/** An error in the form that the agent reads. */
export function refuse(status: number, message: string): PlatformAnswer {
  return answerJson(status, { message });
}

/**
 * The Agent API's endpoint of `buildkite-agent oidc request-token`. The agent gives up at once on 400, 401, 403 and 422
 * and tries again on everything else, so that every refusal is one of those.
 */
export const routes: readonly PlatformRoute[] = [
  {
    path: `${API_PATH}/jobs/{job}/oidc/tokens`,
    answer: async ({ method, headers, members, body }, site) => {
      if (method !== 'POST') return refuse(405, 'Method not allowed');
      const run = site.findRun(readBearer(headers.authorization, 'token'));
      if (run === null) return refuse(401, 'Invalid access token');
      if (describeBuild(run.job).jobId !== members.job) return refuse(403, 'The agent does not run this job');
      const wanted = readRequest(tokenRequest, body);
      if (wanted === null) return refuse(400, 'Invalid request body');
      const picked = pickClaims(run.job, {
        claims: wanted.claims ?? [],
        tags: wanted.aws_session_tags ?? [],
        subjectClaim: wanted.subject_claim || null,
      });
      if (typeof picked === 'string') return refuse(422, picked);
      try {
        const { token } = await run.mint({
          ...picked,
          audience: wanted.audience || undefined,
          ttlSeconds: wanted.lifetime || undefined,
        });
        return answerJson(200, { token });
      } catch (error) {
        if (error instanceof MintmarkError) return refuse(422, error.message);
        throw error;
      }
    },
  },
];
