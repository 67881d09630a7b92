import type { LogEvent } from '../../../daemon/protocol/resources.ts';
import { COMMANDS } from '../../contributions.ts';
import { sayClock, sayInstant } from '../../instant-words.ts';
import type { RowNode } from '../../row-tree.ts';
import { describeEvent, type EventTopic, topicOf } from './describe-event.ts';

/** What is shown: everything, or only these topics and issuers. */
export interface ActivityFilter {
  readonly topics: ReadonlySet<EventTopic>;
  readonly issuers: ReadonlySet<string>;
}

export const NO_FILTER: ActivityFilter = { topics: new Set(), issuers: new Set() };

export function isFiltering({ topics, issuers }: ActivityFilter): boolean {
  return topics.size > 0 || issuers.size > 0;
}

const ICONS: Readonly<Record<EventTopic, string>> = {
  issuers: 'verified',
  keys: 'key',
  tokens: 'tag',
  jobs: 'terminal',
  daemon: 'server-process',
};

/** Events, the newest first; an empty part of the filter lets everything through. */
export function listEventRows(events: readonly LogEvent[], filter: ActivityFilter, nowMs: number): RowNode[] {
  return events
    .filter((event) => matches(event, filter))
    .map((event) => toEventRow(event, nowMs))
    .reverse();
}

function matches(event: LogEvent, { topics, issuers }: ActivityFilter): boolean {
  const isTopic = topics.size === 0 || topics.has(topicOf(event));
  return isTopic && (issuers.size === 0 || (event.issuer !== null && issuers.has(event.issuer)));
}

function toEventRow(event: LogEvent, nowMs: number): RowNode {
  const { seq, at, name, issuer, subject } = event;
  return {
    kind: 'event',
    seq,
    id: `event/${seq}`,
    label: describeEvent(event),
    description: [sayInstant(at, nowMs), issuer === 'default' ? null : issuer].filter(Boolean).join(' · '),
    tooltip: [`#${seq} ${name}`, issuer, subject, sayClock(at, nowMs)].filter(Boolean).join('\n'),
    icon: ICONS[topicOf(event)],
    contextValue: 'event',
    command: COMMANDS.openActivityObject,
  };
}
