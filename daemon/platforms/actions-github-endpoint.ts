import { type ActionsEndpoint, createTokenRoute } from './actions-endpoint.ts';
import { answerJson, type PlatformAnswer, type PlatformRoute } from './platform.ts';

/** `@actions/core` shows `message`, GitHub itself writes `errorMessage`: clients of both kinds get their text. */
export function describeFailure(status: number, text: string): PlatformAnswer {
  return answerJson(status, {
    source: 'actions-run-service',
    statusCode: status,
    message: text,
    errorMessage: text,
  });
}

function refuseCaller(): PlatformAnswer {
  const answer = describeFailure(401, 'The request token is not valid: it is unknown, or its run has ended');
  // RFC 9110 §11.6.1
  return { ...answer, headers: { 'www-authenticate': 'Bearer' } };
}

/** Below the issuer's URL. Clients append `&audience=…`: it has a query already. */
export function placeRequest(runId: string): string {
  return `/idtoken/${runId}?api-version=2.0`;
}

/** GitHub's request endpoint, as whoever emulates it has it too. */
export function createGitHubRoute(checkAudience: ActionsEndpoint['checkAudience']): PlatformRoute {
  return createTokenRoute({
    path: '/idtoken/{run}',
    isRun: (member, run) => member === run.id,
    refuseCaller,
    refuseRun: refuseCaller,
    refuse: describeFailure,
    checkAudience,
    describeToken: (token) => ({ count: token.length, value: token }),
  });
}
