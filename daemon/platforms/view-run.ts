import type { IssuerContext } from '../issuer/context.ts';
import { toIssuerUrl } from '../issuer/keyring.ts';
import type { Run } from '../protocol/jobs.ts';
import type { RunRecord } from '../store/rows.ts';
import { formatMilliseconds } from '../token/time-words.ts';

/** Farthest from 1970 that a time can be, ms (ECMA-262 §21.4.1.1). */
const FARTHEST_MS = 8.64e15;

/**
 * A run as callers see it; it outlives its issuer. Null where another program wrote one of an issuer that never was.
 */
export function formatRun({ keyring, store, baseUrl }: IssuerContext, row: RunRecord): Run | null {
  const issuer = keyring.byId(row.issuerId)?.row ?? store.issuers.byId(row.issuerId);
  if (issuer === undefined) return null;
  return {
    id: row.name,
    issuer: toIssuerUrl(baseUrl, issuer.slug),
    platform: issuer.platform,
    subject: row.subject,
    directory: row.directory,
    startedAt: formatInstant(row.startedAt),
    expiresAt: formatInstant(row.expiresAt),
    leaseUntil: formatInstant(row.leaseUntil),
    endedAt: row.endedAt === null ? null : formatInstant(row.endedAt),
  };
}

/**
 * Nobody vouches for a run that is over: what a row says may be anything, and must not
 * keep the others from being shown.
 */
function formatInstant(ms: number): string {
  return formatMilliseconds(Math.min(Math.max(ms, -FARTHEST_MS), FARTHEST_MS));
}
