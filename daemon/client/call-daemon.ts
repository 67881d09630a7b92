import type { MintmarkError } from '../problem.ts';
import type { OperationInput, OperationName, OperationOutput } from '../protocol/operations.ts';
import { CONTROL_ROUTES } from './control-routes.ts';
import type { ProvenDaemon } from './prove-daemon.ts';
import { readProblem } from './read-problem.ts';
import { type IncomingAnswer, sendRequest } from './send-request.ts';

/** A mint may wait for a disk; anything longer than this is a daemon that hangs. */
const CALL_TIMEOUT_MS = 60_000;

/**
 * Calls one control operation over HTTP (CONTRACT §5). The answer of a proven daemon is
 * believed to be of its documented form.
 *
 * @throws MintmarkError with the code that the daemon answered, or `daemon_unreachable`.
 */
export async function callDaemon<N extends OperationName>(
  daemon: ProvenDaemon,
  name: N,
  input: OperationInput<N>,
): Promise<OperationOutput<N>> {
  const { method, path, body } = placeInput(CONTROL_ROUTES[name], input);
  const answer = await sendRequest(daemon.address, {
    method,
    path: `/api/v1${path}`,
    headers: { authorization: `Bearer ${daemon.file.controlToken}` },
    timeoutMs: CALL_TIMEOUT_MS,
    ...(body !== undefined && { body }),
  });
  if (answer.status < 200 || answer.status > 299) throw toProblem(answer);
  return JSON.parse(answer.text) as OperationOutput<N>;
}

/** Puts each member of the input where its route wants it: into the path, the query (GET) or the body (POST). */
function placeInput(
  route: string,
  input: Readonly<Record<string, unknown>>,
): { method: string; path: string; body?: string } {
  const [method = '', template = ''] = route.split(' ');
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  let path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(rest.get(name) ?? '');
    rest.delete(name);
    return encodeURIComponent(value);
  });
  if (method === 'POST') return { method, path, body: JSON.stringify(Object.fromEntries(rest)) };
  if (rest.size > 0) path += `?${new URLSearchParams([...rest].map(([name, value]) => [name, String(value)]))}`;
  return { method, path };
}

function toProblem({ status, text }: IncomingAnswer): MintmarkError {
  let problem = {};
  try {
    problem = JSON.parse(text) as object;
  } catch {
    // Not even JSON: the status is all there is to tell.
  }
  return readProblem(problem, `the daemon answered ${status}`);
}
