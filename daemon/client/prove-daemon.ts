import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { MintmarkError } from '../problem.ts';
import { writeProofText } from '../protocol/daemon-proof.ts';
import { LOOPBACK_NAMES } from '../token/loopback-names.ts';
import { type DaemonFile, readDaemonFile } from './daemon-file.ts';
import { type DaemonAddress, type IncomingAnswer, sendRequest } from './send-request.ts';

/** What it takes to speak to a daemon: a coordinator's file is elsewhere. */
export type KnownDaemon = Pick<DaemonFile, 'baseUrl' | 'localPort' | 'controlToken'>;

/** A daemon that has shown that it knows its control token: only such a one is sent a credential or a token. */
export interface ProvenDaemon<F extends KnownDaemon = KnownDaemon> {
  readonly file: F;
  readonly address: DaemonAddress;
}

const PROOF_TIMEOUT_MS = 5_000;
/** Where a daemon of this machine may listen, as it tries them itself. */
export const LOOPBACK_ADDRESSES = ['127.0.0.1', '::1'] as const;

/**
 * Makes whatever listens at the daemon's address prove that it is the daemon of this file: it returns
 * HMAC-SHA256(control token, base URL and our nonce). A squatter on the port learns a nonce and nothing else. From then
 * on we talk to the very address that proved itself, never to what the name `localhost` may resolve to next.
 *
 * @throws MintmarkError `daemon_unreachable` when nothing answers, `daemon_unproven` when something else does.
 */
export async function proveDaemon(file: DaemonFile): Promise<ProvenDaemon<DaemonFile>> {
  const nonce = makeNonce();
  const { address, answer } = await askHealth(LOOPBACK_ADDRESSES, locate(file), nonce);
  if (!matchesProof(readHealth(answer.text).proof, file, nonce)) {
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
export async function findDaemon(home: string): Promise<ProvenDaemon<DaemonFile>> {
  const file = readDaemonFile(home);
  if (file === null) throw new MintmarkError('daemon_unreachable', 'no daemon runs here');
  return await proveDaemon(file);
}

/** What a daemon proves itself over: 32 random bytes, new each time. */
export function makeNonce(): string {
  return randomBytes(32).toString('base64url');
}

/** Asks whoever listens for the proof, at the first of the addresses where somebody does. */
export async function askHealth(
  hosts: readonly DaemonAddress['host'][],
  place: Omit<DaemonAddress, 'host'>,
  nonce: string,
): Promise<{ address: DaemonAddress; answer: IncomingAnswer }> {
  const [host = '127.0.0.1', ...others] = hosts;
  const address = { host, ...place };
  const headers = { 'mintmark-nonce': nonce };
  const asked = { method: 'GET', path: '/api/v1/health', headers, timeoutMs: PROOF_TIMEOUT_MS };
  try {
    return { address, answer: await sendRequest(address, asked) };
  } catch (error) {
    if (others.length === 0 || !isRefused(error)) throw error;
    return await askHealth(others, place, nonce);
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

/** What a health document says of who answers; nothing of it is true before its proof is. */
export function readHealth(text: string): { readonly baseUrl?: unknown; readonly proof?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    return {};
  }
}

/** Is it HMAC-SHA256(control token, base URL and our nonce), which nobody else can make? */
export function matchesProof(proof: unknown, { baseUrl, controlToken }: KnownDaemon, nonce: string): boolean {
  if (typeof proof !== 'string') return false;
  const expected = createHmac('sha256', controlToken).update(writeProofText(baseUrl, nonce)).digest();
  const given = Buffer.from(proof, 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
