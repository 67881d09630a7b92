import { createTokenRoute } from '../actions-endpoint.ts';
import type { PlatformAnswer, PlatformRoute } from '../platform.ts';
import { buildForgejoContext } from './context.ts';

/** Forgejo writes its errors as plain text. */
export function describeFailure(status: number, text: string): PlatformAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${text}\n` };
}

/**
 * A credential of no run is none that Forgejo could read, or one of a task that has ended: 500 both (`id_token.go`).
 */
function refuseCaller(secret: string | null): PlatformAnswer {
  if (secret === null) return describeFailure(401, 'Bad authorization header');
  const isOfRun = /^[0-9a-f]{64}$/.test(secret);
  return describeFailure(
    500,
    isOfRun ? 'Error runner api getting task: task is not running' : 'Error runner api parsing authorization token',
  );
}

/** Below the issuer's URL. The query means nothing: clients append `&audience=…`. */
export function placeRequest(runId: string): string {
  return `/_apis/pipelines/workflows/${runId}/idtoken?placeholder=true`;
}

/** Forgejo's request endpoint: GitHub's, with a path, errors and an answer of its own. */
export const routes: readonly PlatformRoute[] = [
  createTokenRoute({
    path: '/_apis/pipelines/workflows/{run}/idtoken',
    isRun: (member, { job }) => member === buildForgejoContext(job).runId,
    refuseCaller,
    refuseRun: () => describeFailure(400, 'run-id does not match'),
    refuse: (status, text) =>
      // The credential of a job without OpenID Connect holds no claims.
      status === 403 ? describeFailure(500, 'Error runner api parsing custom claims') : describeFailure(status, text),
    checkAudience: () => null,
    describeToken: (token) => ({ value: token }),
  }),
];
