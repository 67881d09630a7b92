import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { MintmarkError } from '../problem.ts';
import { writeProofText } from '../protocol/daemon-proof.ts';
import { LOOPBACK_NAMES } from '../token/loopback-names.ts';
import { type DaemonFile, readDaemonFile } from './daemon-file.ts';
import { type DaemonAddress, type IncomingAnswer, sendRequest } from './send-request.ts';

/** A daemon that has shown that it knows its control token: only such a one is sent a credential or a token. */
export interface ProvenDaemon {
  readonly file: DaemonFile;
  readonly address: DaemonAddress;
}

const PROOF_TIMEOUT_MS = 5_000;

/**
 * Makes whatever listens at the daemon's address prove that it is the daemon of this file: it returns
 * HMAC-SHA256(control token, base URL and our nonce). A squatter on the port learns a nonce and nothing else. From then on
 * we talk to the very address that proved itself, never to what the name `localhost` may resolve to next.
 *
 * @throws MintmarkError `daemon_unreachable` when nothing answers, `daemon_unproven` when something else does.
 */
export async function proveDaemon(file: DaemonFile): Promise<ProvenDaemon> {
  const nonce = randomBytes(32).toString('base64url');
  const expected = createHmac('sha256', file.controlToken).update(writeProofText(file.baseUrl, nonce)).digest();
  const { address, answer } = await askHealth(file, nonce);
  if (!matchesProof(answer.text, expected)) {
    throw new MintmarkError(
      'daemon_unproven',
      `what answers at ${file.baseUrl} is not the daemon of this state directory`,
    );
  }
  return { file, address };
}

/**
 * Finds the running daemon of a state directory.
 *
 * @throws MintmarkError `daemon_unreachable`, `daemon_unproven` or `state_insecure`.
 */
export async function findDaemon(home: string): Promise<ProvenDaemon> {
  const file = readDaemonFile(home);
  if (file === null) throw new MintmarkError('daemon_unreachable', 'no daemon runs here');
  return await proveDaemon(file);
}

async function askHealth(file: DaemonFile, nonce: string): Promise<{ address: DaemonAddress; answer: IncomingAnswer }> {
  const { hostHeader, port } = locate(file);
  const ask = async (host: DaemonAddress['host']) => {
    const address = { host, port, hostHeader };
    const headers = { 'mintmark-nonce': nonce };
    const answer = await sendRequest(address, {
      method: 'GET',
      path: '/api/v1/health',
      headers,
      timeoutMs: PROOF_TIMEOUT_MS,
    });
    return { address, answer };
  };
  try {
    return await ask('127.0.0.1');
  } catch (error) {
    if (!isRefused(error)) throw error;
    return await ask('::1');
  }
}

/** The daemon is always on this machine: a file that points elsewhere is not one of ours. */
function locate({ baseUrl, localPort }: DaemonFile): { hostHeader: string; port: number } {
  if (localPort !== undefined) return { hostHeader: `localhost:${localPort}`, port: localPort };
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (url?.protocol !== 'http:' || !LOOPBACK_NAMES.has(url.hostname)) {
    throw new MintmarkError('daemon_unproven', 'daemon.json names no address of this machine');
  }
  return { hostHeader: url.host, port: Number(url.port || 80) };
}

function matchesProof(text: string, expected: Buffer): boolean {
  let proof: unknown;
  try {
    proof = (JSON.parse(text) as { proof?: unknown } | null)?.proof;
  } catch {
    return false;
  }
  if (typeof proof !== 'string') return false;
  const given = Buffer.from(proof, 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
