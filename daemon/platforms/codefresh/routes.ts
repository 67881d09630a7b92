import { describeProblem, MintmarkError } from '../../problem.ts';
import { answerJson, type PlatformAnswer, type PlatformRoute } from '../platform.ts';

export const TOKEN_PATH = '/api/oidc/token';

/** What Codefresh's errors look like is not documented. */
export function refuse(status: number, message: string): PlatformAnswer {
  return answerJson(status, { error: message });
}

/**
 * `GET …[?audience=a,b]` with the request token as the whole `Authorization` header,
 * without a scheme → `{"id_token":…}` (docs: OIDC in pipelines, step 3). One audience is
 * a text, several that are separated by commas are a list.
 */
export const routes: readonly PlatformRoute[] = [
  {
    path: TOKEN_PATH,
    answer: async ({ method, query, headers }, site) => {
      if (method !== 'GET') return { ...refuse(405, 'Only GET is allowed here'), headers: { allow: 'GET' } };
      const run = site.findRun(headers.authorization?.trim() || null);
      if (run === null) return refuse(401, 'The request token is not valid: the build has ended');
      try {
        const { token } = await run.mint({ audience: readAudience(query.get('audience')) });
        return answerJson(200, { id_token: token });
      } catch (error) {
        if (!(error instanceof MintmarkError)) throw error;
        const { status } = describeProblem(error.code);
        return refuse(status >= 500 ? 500 : 400, error.message);
      }
    },
  },
];

function readAudience(parameter: string | null): string | readonly string[] | undefined {
  const members = (parameter ?? '').split(',').filter(Boolean);
  return members.length > 1 ? members : members[0];
}
