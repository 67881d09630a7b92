import { z } from 'zod';
import { MintmarkError } from '../../problem.ts';
import { readBearer } from '../bearer-token.ts';
import { answerJson, type PlatformAnswer, type PlatformRoute } from '../platform.ts';
import { readRequest } from '../read-request.ts';

const tokenRequest = z.object({ aud: z.string().optional() });

/** Errors of the Machines API are this object; their words are not documented. */
export function refuse(status: number, error: string): PlatformAnswer {
  return answerJson(status, { error });
}

/**
 * `POST /v1/tokens/oidc` of the Machines API (docs: Tokens resource), which a machine reaches by a socket without a
 * credential: the relay adds the run's. The type of the body does not matter, since
 * `curl --data` says that it is a form.
 */
export const routes: readonly PlatformRoute[] = [
  {
    path: '/v1/tokens/oidc',
    answer: async ({ method, headers, body }, site) => {
      if (method !== 'POST') return { ...refuse(405, 'method not allowed'), headers: { allow: 'POST' } };
      const run = site.findRun(readBearer(headers.authorization));
      if (run === null) return refuse(401, 'unauthorized');
      const wanted = readRequest(tokenRequest, body);
      if (wanted === null) return refuse(400, 'the body is not {"aud": "…"}');
      try {
        const { token } = await run.mint({ audience: wanted.aud || undefined });
        return { status: 200, contentType: 'text/plain; charset=utf-8', body: token };
      } catch (error) {
        if (error instanceof MintmarkError) return refuse(400, error.message);
        throw error;
      }
    },
  },
];
