import { answerJson, type PlatformAnswer } from '../platform.ts';

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
};

/** A request that the API server would refuse, in its words. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Every error of the API server is a Status object (Kubernetes API: `meta/v1` Status). */
export function answerStatus({ status, message, details }: Refusal): PlatformAnswer {
  return answerJson(status, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: REASONS[status] ?? 'InternalError',
    ...(details !== undefined && { details }),
    code: status,
  });
}
