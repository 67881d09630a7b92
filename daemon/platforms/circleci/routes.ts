import { z } from 'zod';
import { MintmarkError } from '../../problem.ts';
import { readBearer } from '../bearer-token.ts';
import { answerJson, type PlatformAnswer, type PlatformRoute } from '../platform.ts';
import { readRequest } from '../read-request.ts';

export const TOKEN_PATH = '/run/oidc';

const wish = z.strictObject({
  claims: z.strictObject({ aud: z.union([z.string(), z.array(z.string())]).optional() }).optional(),
  /** CircleCI's issuer without the organization; here both are the one that the run belongs to. */
  root_issuer: z.boolean().optional(),
});

/** An error of our own form: that of CircleCI's task agent is not public. */
export function refuse(status: number, message: string): PlatformAnswer {
  return answerJson(status, { message });
}

/**
 * What `circleci run oidc get` asks: how CircleCI's own program asks its task agent is not public, so this is ours.
 * POST `{"claims":{"aud":…},"root_issuer":…}` with the run's secret as bearer token → `{"token":…}`.
 */
export const routes: readonly PlatformRoute[] = [
  {
    path: TOKEN_PATH,
    answer: async ({ method, headers, body }, site) => {
      if (method !== 'POST') return refuse(405, 'Only POST is allowed here');
      const run = site.findRun(readBearer(headers.authorization));
      if (run === null) return refuse(401, 'The request token is not valid: the run has ended');
      const wanted = readRequest(wish, body);
      if (wanted === null) return refuse(400, 'Only the claim "aud" can be set, to a text or a list of texts');
      try {
        const { token } = await run.mint({ audience: wanted.claims?.aud });
        return answerJson(200, { token });
      } catch (error) {
        if (error instanceof MintmarkError) return refuse(400, error.message);
        throw error;
      }
    },
  },
];
