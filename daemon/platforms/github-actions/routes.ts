import { MintmarkError } from '../../problem.ts';
import { readBearer } from '../bearer-token.ts';
import { answerJson, type PlatformAnswer, type PlatformRoute } from '../platform.ts';

/** `@actions/core` shows `message`, GitHub itself writes `errorMessage`: clients of both kinds get their text. */
function refuse(status: number, text: string): PlatformAnswer {
  return answerJson(status, {
    source: 'actions-run-service',
    statusCode: status,
    message: text,
    errorMessage: text,
  });
}

/** The request endpoint: `GET …&audience=` with the run's request token (docs: OIDC reference, "Requesting the JWT"). */
export const routes: readonly PlatformRoute[] = [
  {
    path: '/idtoken/{run}',
    answer: async ({ method, query, headers, members }, site) => {
      if (method !== 'GET') return refuse(405, 'The requested resource does not support this method');
      const run = site.findRun(readBearer(headers.authorization));
      if (run === null || run.id !== members.run)
        return refuse(401, 'The request token is not valid: the run has ended');
      // Some clients repeat the parameter; the first one counts.
      const audience = query.get('audience') || undefined;
      try {
        const { token } = await run.mint({ audience });
        return answerJson(200, { count: token.length, value: token });
      } catch (error) {
        if (error instanceof MintmarkError) return refuse(400, error.message);
        throw error;
      }
    },
  },
];
