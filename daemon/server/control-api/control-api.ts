import type { IncomingMessage, ServerResponse } from 'node:http';
import { MintmarkError } from '../../problem.ts';
import { OPERATIONS, type OperationName } from '../../protocol/operations.ts';
import { type AdmittedRequest, CONTROL_PREFIX } from '../guards/admit-request.ts';
import { type Doorkeeper, readBearer } from '../guards/bearer.ts';
import { sendJson } from '../http/answer.ts';
import { WrongMethod } from '../http/wrong-method.ts';
import { callOperation } from './call-operation.ts';
import type { Handlers } from './handler-map.ts';
import { type DaemonIdentity, describeHealth } from './health.ts';
import { describeApi } from './openapi.ts';
import { readRequestInput } from './request-input.ts';
import { matchRoute } from './routes.ts';

export interface ControlApiOptions {
  readonly identity: DaemonIdentity;
  readonly doorkeeper: Doorkeeper;
  readonly handlers: Handlers;
  readonly isDegraded: () => boolean;
  /** Whoever holds the credential asked for something, or somebody was served what needs none. */
  readonly onActivity: () => void;
}

/** Answers one request to the control API, or throws what it is refused with. */
export type ControlApi = (
  request: IncomingMessage,
  response: ServerResponse,
  admitted: AdmittedRequest,
) => Promise<void>;

/** The control API over HTTP (CONTRACT §5): thin around the handlers, which the live channel calls too. */
export function createControlApi(options: ControlApiOptions): ControlApi {
  const { identity, doorkeeper, handlers, isDegraded, onActivity } = options;
  let apiDocument: string | undefined;

  /**
   * Neither holds a secret, and each is needed before one can be presented: how to prove the daemon, how to call it.
   */
  const findOpenDocument = (path: string, request: IncomingMessage): string | null => {
    if (path === '/health') {
      const nonce = request.headers['mintmark-nonce'];
      return describeHealth(identity, isDegraded(), Array.isArray(nonce) ? nonce.join() : nonce);
    }
    if (path !== '/openapi.json') return null;
    apiDocument ??= JSON.stringify(describeApi(identity.baseUrl, identity.version));
    return apiDocument;
  };

  return async (request, response, admitted) => {
    const { method } = admitted;
    const path = admitted.path.slice(CONTROL_PREFIX.length);
    const open = findOpenDocument(path, request);
    if (open !== null) {
      if (method !== 'GET' && method !== 'HEAD') throw new WrongMethod('GET, HEAD');
      sendJson(response, 200, open);
      // Whoever has the daemon prove itself is about to call it.
      onActivity();
      return;
    }
    const route = matchRoute(method, path);
    if (route.kind === 'none') throw new MintmarkError(path === '/live' ? 'upgrade_required' : 'not_found');
    if (route.kind === 'method') throw new WrongMethod(route.allow);
    doorkeeper.admit(readBearer(admitted.authorization));
    onActivity();
    const input = await readRequestInput(request, response, admitted, route.members);
    const output = await callOperation(handlers, route.name, input);
    sendJson(response, statusOf(route.name), JSON.stringify(output));
  };
}

function statusOf(name: OperationName): number {
  const operation = OPERATIONS[name];
  return 'status' in operation ? operation.status : 200;
}
