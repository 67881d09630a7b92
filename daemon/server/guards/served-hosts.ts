import { MintmarkError } from '../../problem.ts';
import { LOOPBACK_NAMES } from '../../token/loopback-names.ts';

/**
 * Every value of `Host` under which the daemon answers: the loopback names with its ports (RFC 9110 §7.2 leaves the
 * default port of the scheme out) and the host of its public URL.
 */
export function listServedHosts(baseUrl: string, ports: readonly number[]): ReadonlySet<string> {
  const base = new URL(baseUrl);
  const hosts = new Set([base.host]);
  const defaultPort = base.protocol === 'https:' ? 443 : 80;
  for (const name of LOOPBACK_NAMES) {
    for (const port of ports) hosts.add(`${name}:${port}`);
    if (ports.includes(defaultPort)) hosts.add(name);
  }
  return hosts;
}

/**
 * Checks a public URL, which becomes the start of every `iss`: https anywhere, http on loopback names only, and nothing
 * but scheme, host and port. Returns it without a trailing slash.
 *
 * @throws MintmarkError `config_invalid`.
 */
export function parsePublicUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new MintmarkError('config_invalid', 'The public URL is not a URL', { cause });
  }
  const isLoopback = LOOPBACK_NAMES.has(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) {
    throw new MintmarkError('config_invalid', 'The public URL starts with https:// (http:// on localhost only)');
  }
  if (url.href !== `${url.origin}/`) {
    throw new MintmarkError('config_invalid', 'The public URL is a scheme, a host and perhaps a port, nothing more');
  }
  return url.origin;
}
