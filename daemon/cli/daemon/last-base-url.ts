import { readLastBaseUrl, recallBaseUrl } from '../../client/last-base-url.ts';
import { LOOPBACK_NAMES } from '../../token/loopback-names.ts';
import { DEFAULT_PORT } from '../options/serve-options.ts';
import type { Session } from '../session.ts';
import { quoteArgument } from '../terminal/name-command.ts';

/** The local port of the daemon that ran last; null where that is not known, as behind a public URL. */
export function recallPort(home: string): number | null {
  const baseUrl = readLastBaseUrl(home);
  if (baseUrl === null || !LOOPBACK_NAMES.has(baseUrl.hostname)) return null;
  return Number(baseUrl.port || (baseUrl.protocol === 'https:' ? 443 : 80));
}

/** The start that leaves `iss` as it was. */
export function nameStart(session: Session): string {
  const baseUrl = readLastBaseUrl(session.home);
  if (baseUrl === null) return session.nameCommand('start');
  const isHere = LOOPBACK_NAMES.has(baseUrl.hostname);
  const port = recallPort(session.home) ?? DEFAULT_PORT;
  const flags = [
    ...(isHere ? [] : [`--public-url ${quoteArgument(baseUrl.href.replace(/\/$/, ''))}`]),
    ...(port === DEFAULT_PORT ? [] : [`--port ${port}`]),
    ...(isHere && baseUrl.protocol === 'https:' ? ['--https'] : []),
  ];
  return session.nameCommand(['start', ...flags].join(' '));
}

/**
 * Remembers where the issuers were before a start, which forgets it.
 *
 * @returns what says, once the daemon is ready at `baseUrl`, that its issuers have other names now
 */
export function watchBaseUrl(session: Session): (baseUrl: string) => void {
  const before = recallBaseUrl(session.home);
  if (before === null) return () => undefined;
  const way = nameStart(session);
  return (baseUrl) => {
    if (new URL(baseUrl).href === before.href) return;
    const last = before.href.replace(/\/$/, '');
    session.tell(`mintmark: the issuers' URLs begin with ${baseUrl} now; tokens of before keep ${last} in their iss`);
    session.tell(`  to go back: ${session.nameCommand('stop')}, then ${way}`);
  };
}
