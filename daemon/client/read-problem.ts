import { isProblemCode, MintmarkError } from '../problem.ts';

/**
 * What a daemon refused with (RFC 9457): `code` is ours, `detail` is for people. Of a failure inside nobody but its log
 * says more, under its id.
 *
 * @param fallback the detail where the answer has no code of ours
 */
export function readProblem(
  {
    code,
    detail,
    correlationId,
  }: { readonly code?: unknown; readonly detail?: unknown; readonly correlationId?: unknown },
  fallback?: string,
): MintmarkError {
  if (!isProblemCode(code)) return new MintmarkError('internal', fallback);
  if (code === 'internal' && typeof correlationId === 'string') {
    return new MintmarkError(
      code,
      `something went wrong inside the daemon: its daemon.log has it under ${correlationId}`,
    );
  }
  return new MintmarkError(code, typeof detail === 'string' ? detail : undefined);
}
