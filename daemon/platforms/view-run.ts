import type { IssuerContext } from '../issuer/context.ts';
import { formatMillisecondsOrNull } from '../issuer/instants.ts';
import { toIssuerUrl } from '../issuer/keyring.ts';
import { MintmarkError } from '../problem.ts';
import type { Run } from '../protocol/jobs.ts';
import type { RunRow } from '../store/rows.ts';
import { formatMilliseconds } from '../token/time-words.ts';

/** A run as callers see it; it outlives its issuer. */
export function formatRun({ keyring, store, baseUrl }: IssuerContext, row: RunRow): Run {
  const issuer = keyring.byId(row.issuerId)?.row ?? store.issuers.byId(row.issuerId);
  if (issuer === undefined) throw new MintmarkError('database_corrupt');
  return {
    id: row.name,
    issuer: toIssuerUrl(baseUrl, issuer.slug),
    platform: issuer.platform,
    subject: row.subject,
    directory: row.directory,
    startedAt: formatMilliseconds(row.startedAt),
    expiresAt: formatMilliseconds(row.expiresAt),
    endedAt: formatMillisecondsOrNull(row.endedAt),
  };
}
