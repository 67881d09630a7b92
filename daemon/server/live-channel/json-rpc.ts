import { MintmarkError, type ProblemCode } from '../../problem.ts';
import { isJsonObject } from '../../token/strict-json.ts';
import { decodeUtf8 } from '../../token/utf8.ts';
import type { ProblemDocument } from '../http/answer.ts';
import { parseJsonBytes } from '../http/request-body.ts';

/** JSON-RPC 2.0 §4: what a request is known by. A fraction is allowed there, but asks for trouble. */
export type RpcId = string | number | null;

export interface RpcRequest {
  readonly id: RpcId;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** JSON-RPC 2.0 §5.1. */
const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
const METHOD_NOT_FOUND = -32_601;
const INVALID_PARAMS = -32_602;
const REFUSED = -32_000;

const MAX_ID_LENGTH = 128;
const MAX_METHOD_LENGTH = 64;

/**
 * Reads one message: a single request with an id. A batch, and a request that wants no answer, are refused: whoever
 * changes something must hear of it.
 *
 * @throws MintmarkError `invalid_json`, `invalid_message`, `invalid_request`.
 */
export function readRpcRequest(bytes: Uint8Array): RpcRequest {
  const message = parseJsonBytes(bytes);
  if (!isJsonObject(message)) throw new MintmarkError('invalid_message', 'A message is one JSON-RPC request');
  const { jsonrpc, id, method, params = {} } = message;
  if (jsonrpc !== '2.0') throw new MintmarkError('invalid_message', 'jsonrpc is "2.0"');
  if (!isRpcId(id))
    throw new MintmarkError('invalid_message', `id is a number, null or up to ${MAX_ID_LENGTH} characters`);
  if (typeof method !== 'string' || method.length > MAX_METHOD_LENGTH) {
    throw new MintmarkError('invalid_message', 'method is the name of an operation');
  }
  return { id, method, params: readParams(params) };
}

/** JSON-RPC 2.0 §4.2: also in order, as a list. No method of ours takes any so, but an empty list is as good as none. */
function readParams(params: unknown): RpcRequest['params'] {
  if (isJsonObject(params)) return params;
  if (!Array.isArray(params)) throw new MintmarkError('invalid_message', 'params is an object');
  if (params.length > 0) throw new MintmarkError('invalid_request', 'params has names: it is an object, not a list');
  return {};
}

/**
 * The id of a message that `readRpcRequest` refused for what it asks, while its frame is that of a request: whoever
 * sent it waits for the answer. Null where the frame is wrong (JSON-RPC 2.0 §5). Only the frame is looked at, and the
 * id only taken where no two parsers read it differently.
 */
export function findRpcId(bytes: Uint8Array): string | number | null {
  let text: string;
  let message: unknown;
  try {
    text = decodeUtf8(bytes);
    message = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isJsonObject(message) || countOuterMembers(text) !== Object.keys(message).length) return null;
  const { jsonrpc, id, method, params = {}, ...others } = message;
  const isFrame = jsonrpc === '2.0' && typeof method === 'string' && typeof params === 'object' && params !== null;
  if (!isFrame || Object.keys(others).length > 0) return null;
  return isRpcId(id) && (typeof id !== 'number' || Number.isSafeInteger(id)) ? id : null;
}

/** How many members the outermost object of a JSON text is written with, each name counted as often as it is there. */
function countOuterMembers(json: string): number {
  let depth = 0;
  let members = 0;
  for (const [mark] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g)) {
    if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') depth -= 1;
    else if (mark === ':' && depth === 1) members += 1;
  }
  return members;
}

function isRpcId(id: unknown): id is RpcId {
  if (typeof id === 'string') return id.length <= MAX_ID_LENGTH;
  return id === null || typeof id === 'number';
}

export function formatRpcResult(id: RpcId, result: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result });
}

/** An error carries the problem whole in `data`; `data.code` is the member to script against. */
export function formatRpcError(id: RpcId, problem: ProblemDocument): string {
  const message = problem.detail ?? problem.title;
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code: numberOf(problem.code), message, data: problem } });
}

export function formatRpcNotification(method: string, params: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', method, params });
}

function numberOf(code: ProblemCode): number {
  switch (code) {
    case 'invalid_json':
      return PARSE_ERROR;
    case 'invalid_message':
      return INVALID_REQUEST;
    case 'method_unknown':
      return METHOD_NOT_FOUND;
    case 'invalid_request':
      return INVALID_PARAMS;
    default:
      return REFUSED;
  }
}
