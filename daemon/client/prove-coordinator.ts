import { MintmarkError } from '../problem.ts';
import { LOOPBACK_NAMES } from '../token/loopback-names.ts';
import {
  askHealth,
  LOOPBACK_ADDRESSES,
  makeNonce,
  matchesProof,
  type ProvenDaemon,
  readHealth,
} from './prove-daemon.ts';

/**
 * Reads where a coordinator is: http or https, a loopback name, perhaps a port, and
 * nothing more; null for anything else.
 * @param text such as `http://localhost:6468`
 */
export function readCoordinatorUrl(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || !LOOPBACK_NAMES.has(url.hostname)) return null;
  return url.href === `${url.origin}/` ? url : null;
}

/**
 * Makes what listens at a coordinator's URL prove that it knows the secret, before it is sent anything. Nothing here
 * says what that daemon calls itself, so its answer does; the proof is over that name, too, and only one that is the
 * URL's own place counts: whoever passes on what another daemon answers is none.
 *
 * @param secret the control token of the coordinator
 * @throws MintmarkError `coordinator_unreachable` when nothing answers, `coordinator_unproven` when something else does
 */
export async function proveCoordinator(url: URL, secret: string): Promise<ProvenDaemon> {
  const isSecure = url.protocol === 'https:';
  const place = {
    hostHeader: url.host,
    port: Number(url.port || (isSecure ? 443 : 80)),
    ...(isSecure && { tls: true as const }),
  };
  const hosts = LOOPBACK_ADDRESSES.filter((host) => url.hostname === 'localhost' || url.hostname.includes(host));
  const nonce = makeNonce();
  const { address, answer } = await askHealth(hosts, place, nonce).catch((error: unknown) => {
    throw describeCoordinatorFault(error, url);
  });
  const { baseUrl, proof } = readHealth(answer.text);
  const file = { baseUrl: typeof baseUrl === 'string' ? baseUrl : '', controlToken: secret };
  if (!matchesProof(proof, file, nonce)) {
    const detail = `what answers at ${url.origin} is not the coordinator of this secret: each start of one makes another`;
    throw new MintmarkError('coordinator_unproven', detail);
  }
  if (!isSamePlace(file.baseUrl, url)) {
    const detail = `the coordinator that answers at ${url.origin} is at ${file.baseUrl}: name it by that, if it is of this machine`;
    throw new MintmarkError('coordinator_unproven', detail);
  }
  return { file, address };
}

/** What went wrong between us and a coordinator, said of it and not of a daemon here. */
export function describeCoordinatorFault(error: unknown, { origin }: URL): unknown {
  if (!(error instanceof MintmarkError) || error.code !== 'daemon_unreachable') return error;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const isTrust = /CERT|SIGNATURE/.test(code);
  const reason = isTrust ? `: its certificate is not trusted (${code}); NODE_EXTRA_CA_CERTS can name its ca.pem` : '';
  return new MintmarkError('coordinator_unreachable', `the coordinator at ${origin} does not answer${reason}`, {
    cause,
  });
}

/** All loopback names of one port are one daemon's: it listens on both addresses or does not start. */
function isSamePlace(baseUrl: string, { protocol, port }: URL): boolean {
  const own = readCoordinatorUrl(baseUrl);
  return own !== null && own.protocol === protocol && own.port === port;
}
