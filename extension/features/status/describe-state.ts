import { l10n } from 'vscode';
import type { DaemonState } from '../../daemon/session.ts';
import type { Verdict, WatchedToken } from '../../daemon/watch-list.ts';
import { explainUnavailable } from '../../explain-unavailable.ts';
import { hasCome, sayClock } from '../../instant-words.ts';
import type { PendingKey } from '../../pending-keys.ts';
import { shortenName } from '../../short-name.ts';

export interface StatusWords {
  /** With icons, as the status bar shows it. */
  readonly text: string;
  readonly tooltip: string;
  /** For screen readers, which read no icons. */
  readonly label: string;
  readonly isFailure: boolean;
}

/** What the one status item says; it is always derived from the state, never remembered. */
export function describeState(
  state: DaemonState,
  pending: readonly PendingKey[],
  watched: readonly Pick<WatchedToken, 'verdict'>[] = [],
): StatusWords {
  switch (state.kind) {
    case 'stopped':
      return say(`$(key) ${l10n.t('stopped')}`, l10n.t('The issuer is stopped.'));
    case 'starting':
      return say(`$(loading~spin) ${l10n.t('starting')}`, l10n.t('The issuer is starting.'));
    case 'running': {
      const port = portOf(state.baseUrl);
      const runs = [
        l10n.t('The issuer runs at {0} (version {1}).', state.baseUrl, state.version),
        ...pending.map((key) => sayPending(key, Date.now())),
        ...sayVerdicts(watched),
      ].join(' ');
      if (state.degraded === null) return say(`$(key) :${port}`, runs);
      return say(
        `$(warning) :${port}`,
        `${runs} ${l10n.t('It cannot write: {0}. Verifying goes on.', state.degraded)}`,
      );
    }
    case 'reconnecting':
      return say(
        `$(loading~spin) ${l10n.t('reconnecting')}`,
        l10n.t('The connection to the issuer was lost; attempt {0} to get it back.', state.attempt),
      );
    case 'failed':
      return {
        ...say(`$(error) ${l10n.t('failed')}`, l10n.t('The issuer failed: {0}', state.message)),
        isFailure: true,
      };
    case 'unavailable':
      return say(`$(key) ${l10n.t('decode only')}`, explainUnavailable(state));
  }
}

function sayPending({ slug, kid, signsFrom }: PendingKey, nowMs: number): string {
  const name = shortenName(kid);
  if (signsFrom === null) return l10n.t('The key {0} of {1} is published and waits to be activated.', name, slug);
  return hasCome(signsFrom, nowMs)
    ? l10n.t('The key {0} of {1} is published and due to sign.', name, slug)
    : l10n.t('The key {0} of {1} is published and signs from {2}.', name, slug, sayClock(signsFrom, nowMs));
}

/** `Watched tokens: 2 accepted, 1 refused.`; nothing where none is watched. */
function sayVerdicts(watched: readonly Pick<WatchedToken, 'verdict'>[]): string[] {
  if (watched.length === 0) return [];
  const count = (status: Verdict['status'] | undefined) =>
    watched.filter(({ verdict }) => verdict?.status === status).length;
  const counts: readonly (readonly [number, string])[] = [
    [count('accepted'), l10n.t('accepted')],
    [count('refused'), l10n.t('refused')],
    [count('undecided'), l10n.t('undecided')],
    [count(undefined), l10n.t('waiting')],
  ];
  const words = counts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return [l10n.t('Watched tokens: {0}.', words.join(', '))];
}

function say(text: string, tooltip: string): StatusWords {
  return { text, tooltip: `Mintmark: ${tooltip}`, label: `Mintmark: ${tooltip}`, isFailure: false };
}

function portOf(baseUrl: string): string {
  const url = new URL(baseUrl);
  return url.port || (url.protocol === 'https:' ? '443' : '80');
}
