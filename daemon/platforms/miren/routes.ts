import { isIP } from 'node:net';
import { MintmarkError } from '../../problem.ts';
import { readBearer } from '../bearer-token.ts';
import {
  answerJson,
  type PlatformAnswer,
  type PlatformRequest,
  type PlatformRoute,
  type RouteSite,
} from '../platform.ts';
import { mirenProfile } from './profile.ts';

export const TOKEN_PATH = '/v1/token';

/** An error in the form of Miren's token server. */
export function refuse(status: number, error: string): PlatformAnswer {
  return answerJson(status, { error });
}

const answerNotFound = async (): Promise<PlatformAnswer> => refuse(404, 'not found');

/**
 * Miren's token server, port 7123 of a sandbox's router there: `GET /v1/token?audience=…&audience=…&ttl=…` with the
 * sandbox's secret as `Bearer` → `{"value":…}`. A sandbox is known by its source address and its secret, both; what a
 * request says of its origin counts for nothing. Errors in Miren's order and words.
 */
export const routes: readonly PlatformRoute[] = [
  { path: TOKEN_PATH, answer: answerToken },
  { path: '/v1', answer: answerNotFound },
  { path: '/v1/{rest...}', answer: answerNotFound },
];

async function answerToken(request: PlatformRequest, site: RouteSite): Promise<PlatformAnswer> {
  const { method, query, headers, remoteAddress } = request;
  if (method !== 'GET') return refuse(405, 'only GET is allowed');
  if (isIP(remoteAddress) === 0) return refuse(400, 'invalid remote address');
  const secret = readBearer(headers.authorization);
  if (secret === null) return refuse(401, 'missing or invalid Authorization header');
  if (!site.hasRunAt(remoteAddress)) return refuse(403, 'unknown source address');
  const run = site.findRunAt(remoteAddress, secret);
  if (run === null) return refuse(403, 'invalid token');
  const ttl = query.get('ttl') || null;
  if (ttl !== null && !/^0*[1-9]\d{0,17}$/.test(ttl)) return refuse(400, 'ttl must be a positive integer (seconds)');
  const audience = query.getAll('audience').filter(Boolean);
  try {
    const { token } = await run.mint({
      ...(audience.length > 0 && { audience }),
      ...(ttl !== null && { ttlSeconds: clampTtl(Number(ttl)) }),
    });
    return answerJson(200, { value: token });
  } catch (error) {
    if (error instanceof MintmarkError) return refuse(500, 'failed to issue token');
    throw error;
  }
}

/** Miren's documentation says that others are refused; its code takes the nearest. */
function clampTtl(seconds: number): number {
  return Math.min(Math.max(seconds, mirenProfile.minTtlSeconds), mirenProfile.maxTtlSeconds);
}
