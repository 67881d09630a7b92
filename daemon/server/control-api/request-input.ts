import type { IncomingMessage, ServerResponse } from 'node:http';
import { MintmarkError } from '../../problem.ts';
import type { Target } from '../guards/request-target.ts';
import { readJsonBody } from '../http/request-body.ts';

/**
 * Gathers what a request says of its operation: members of the path, and beside them those of the query (GET, DELETE)
 * or of the body (POST). Nothing may be said twice. The result is the request's own copy: nothing else can change it.
 *
 * @throws MintmarkError `invalid_request`, or what reading the body throws.
 */
export async function readRequestInput(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  members: Readonly<Record<string, string>>,
): Promise<unknown> {
  if (request.method === 'POST') {
    if (target.query !== '') throw new MintmarkError('invalid_request', 'This operation takes no query');
    const sent = await readJsonBody(request, response);
    const body = sent === undefined ? {} : sent;
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new MintmarkError('invalid_request', 'The body is a JSON object');
    }
    return join(members, Object.entries(body));
  }
  refuseBody(request);
  return join(members, new URLSearchParams(target.query));
}

function refuseBody({ headers }: IncomingMessage): void {
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0) {
    throw new MintmarkError('invalid_request', 'This operation takes no body');
  }
}

function join(members: Readonly<Record<string, string>>, others: Iterable<[string, unknown]>): Record<string, unknown> {
  const joined: Record<string, unknown> = { ...members };
  for (const [name, value] of others) {
    if (Object.hasOwn(joined, name)) throw new MintmarkError('invalid_request', 'A member is there twice');
    // Defined, not assigned: `__proto__` in a query stays a member, which the schema then refuses.
    Object.defineProperty(joined, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return joined;
}
