import { l10n } from 'vscode';
import type { LogEvent } from '../../../daemon/protocol/resources.ts';
import { sayClock } from '../../instant-words.ts';
import { endName, shortenName } from '../../short-name.ts';

/** What events are about, for the filter and the icon. */
export type EventTopic = 'issuers' | 'keys' | 'tokens' | 'jobs' | 'daemon';

export function topicOf({ name }: Pick<LogEvent, 'name'>): EventTopic {
  if (name.startsWith('issuer.')) return 'issuers';
  if (name.startsWith('key.')) return 'keys';
  if (name.startsWith('run.') || name.startsWith('workflow.')) return 'jobs';
  return name.startsWith('token.') ? 'tokens' : 'daemon';
}

/** An event in words; one of a newer daemon by its name. */
export function describeEvent({ name, subject, detail }: LogEvent): string {
  const shorten = name.startsWith('token.') ? endName : shortenName;
  const which = subject === null ? '' : shorten(subject);
  switch (name) {
    case 'issuer.created':
      return l10n.t('Issuer created');
    case 'issuer.deleted':
      return l10n.t('Issuer deleted');
    case 'issuer.configured':
      return l10n.t('Issuer configured');
    case 'issuer.moved':
      return l10n.t('Issuer moved to another URL');
    case 'key.advertised':
      return l10n.t('Key {0} published, to verify only', which);
    case 'key.published':
      return l10n.t('Key {0} published', which);
    case 'key.planned':
      return typeof detail.signsFrom === 'string'
        ? l10n.t('Key {0} to sign {1}', which, sayClock(detail.signsFrom, Date.now()))
        : l10n.t('Key {0}: plan taken back', which);
    case 'key.activated':
      return l10n.t('Key {0} signs', which);
    case 'key.retiring':
      return l10n.t('Key {0} only verifies', which);
    case 'key.retired':
      return l10n.t('Key {0} retired', which);
    case 'key.revoked':
      return l10n.t('Key {0} revoked', which);
    case 'key.imported':
      return l10n.t('Key {0} imported', which);
    case 'key.exported':
      return detail.private === true ? l10n.t('Private key {0} exported', which) : l10n.t('Key {0} exported', which);
    case 'key.scheduled':
      return l10n.t('Key rotation schedule changed');
    case 'token.minted':
      return l10n.t('Token {0} minted', which);
    case 'token.revoked':
      return l10n.t('Token {0} revoked', which);
    case 'run.started':
      return l10n.t('Job {0} started', which);
    case 'run.ended':
      return l10n.t('Job {0} ended', which);
    case 'workflow.started':
      return l10n.t('Workflow started for execution {0}', which);
    case 'master.rotated':
      return l10n.t('Master key rotated');
    case 'database.log_missing':
      return l10n.t('Newest changes lost: the log of the database was missing at the start');
    default:
      return name;
  }
}
