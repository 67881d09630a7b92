import { readLastBaseUrl, recallBaseUrl } from '../../client/last-base-url.ts';
import { LOOPBACK_NAMES } from '../../token/loopback-names.ts';
import { DEFAULT_PORT } from '../options/serve-options.ts';
import type { Session } from '../session.ts';
import { quoteArgument } from '../terminal/name-command.ts';

/**
 * The local port of the daemon that ran last; null where that is not known, as behind a public URL.
 *
 * @throws MintmarkError as `readLastBaseUrl`
 */
export function readLastPort(home: string): number | null {
  const baseUrl = readLastBaseUrl(home);
  return baseUrl === null ? null : findLocalPort(baseUrl);
}

/** The start that leaves `iss` as it was. @throws MintmarkError as `readLastBaseUrl` */
export function nameStart(session: Session): string {
  const baseUrl = readLastBaseUrl(session.home);
  return baseUrl === null ? session.nameCommand('start') : nameStartAt(baseUrl, session);
}

function nameStartAt(baseUrl: URL, session: Session): string {
  const localPort = findLocalPort(baseUrl);
  const isHere = localPort !== null;
  const port = localPort ?? DEFAULT_PORT;
  const flags = [
    ...(isHere ? [] : [`--public-url ${quoteArgument(writeBase(baseUrl))}`]),
    ...(port === DEFAULT_PORT ? [] : [`--port ${port}`]),
    ...(isHere && baseUrl.protocol === 'https:' ? ['--https'] : []),
  ];
  return session.nameCommand(['start', ...flags].join(' '));
}

/** null: the URL is none of this machine's. */
function findLocalPort({ hostname, port, protocol }: URL): number | null {
  if (!LOOPBACK_NAMES.has(hostname)) return null;
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

function writeBase({ href }: URL): string {
  return href.replace(/\/$/, '');
}

/**
 * Remembers where the issuers were before a start, which forgets it.
 *
 * @returns what says, once the daemon is ready at `baseUrl`, that its issuers have other names now
 */
export function watchBaseUrl(session: Session): (baseUrl: string) => void {
  const before = recallBaseUrl(session.home);
  if (before === null) return () => undefined;
  const way = nameStartAt(before, session);
  return (baseUrl) => {
    if (new URL(baseUrl).href === before.href) return;
    const last = writeBase(before);
    session.tell(`mintmark: the issuers' URLs begin with ${baseUrl} now; tokens of before keep ${last} in their iss`);
    session.tell(`  to go back: ${session.nameCommand('stop')}, then ${way}`);
  };
}
