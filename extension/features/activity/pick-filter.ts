import { l10n, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { LogEvent } from '../../../daemon/protocol/resources.ts';
import { type EventTopic, topicOf } from './describe-event.ts';
import type { ActivityFilter } from './list-event-rows.ts';

interface FilterPick extends QuickPickItem {
  readonly topic?: EventTopic;
  readonly issuer?: string;
}

/** Asks what to show, of what there is to show; undefined when the person leaves it as it is. */
export async function pickFilter(
  events: readonly LogEvent[],
  now: ActivityFilter,
): Promise<ActivityFilter | undefined> {
  const picked = await window.showQuickPick(listFilterPicks(events, now), {
    canPickMany: true,
    placeHolder: l10n.t('Show only what is checked; nothing checked shows everything'),
  });
  if (picked === undefined) return undefined;
  return {
    topics: new Set(picked.flatMap(({ topic }) => topic ?? [])),
    issuers: new Set(picked.flatMap(({ issuer }) => issuer ?? [])),
  };
}

function listFilterPicks(events: readonly LogEvent[], now: ActivityFilter): FilterPick[] {
  const names: Readonly<Record<EventTopic, string>> = {
    issuers: l10n.t('Issuers'),
    keys: l10n.t('Keys'),
    tokens: l10n.t('Tokens'),
    jobs: l10n.t('Jobs'),
    daemon: l10n.t('Daemon'),
  };
  const topics = [...new Set([...events.map(topicOf), ...now.topics])];
  const issuers = [...new Set([...events.flatMap(({ issuer }) => issuer ?? []), ...now.issuers])].sort();
  return [
    { label: l10n.t('About'), kind: QuickPickItemKind.Separator },
    ...topics.map((topic) => ({ label: names[topic], topic, picked: now.topics.has(topic) })),
    { label: l10n.t('Of issuer'), kind: QuickPickItemKind.Separator },
    ...issuers.map((issuer) => ({ label: issuer, issuer, picked: now.issuers.has(issuer) })),
  ];
}
