import { slug as slugForm } from '../protocol/resources.ts';
import { refuseRow } from '../store/json-column.ts';
import type { IssuerRow } from '../store/rows.ts';
import { isSigningAlgorithm } from './algorithms.ts';
import { DEFAULT_ISSUER_SLUG } from './ensure-issuer.ts';
import { computeLeastInterval } from './key-plan.ts';
import type { ProfileTable } from './profile.ts';

/** What `keys.schedule` takes at most, seconds: a year. */
const LONGEST_INTERVAL_SECONDS = 31_536_000;

/**
 * Refuses issuers that no daemon of this version writes, whose slug would be part of URLs and of terminals' lines:
 * nobody vouches for these rows, so that a backup that another program altered may hold any.
 *
 * @throws MintmarkError `database_corrupt` that names the row
 */
export function requireIssuers(profiles: ProfileTable, rows: readonly IssuerRow[]): void {
  for (const row of rows) {
    const fault = findFault(profiles, row);
    if (fault !== null) throw refuseRow('issuers', row.id, fault);
  }
  const [first] = rows;
  // A first start that was cut off has none at all.
  if (first !== undefined && !rows.some(({ slug, deletedAt }) => slug === DEFAULT_ISSUER_SLUG && deletedAt === null)) {
    throw refuseRow('issuers', first.id, `there is no issuer ${DEFAULT_ISSUER_SLUG} beside it`);
  }
}

function findFault(profiles: ProfileTable, row: IssuerRow): string | null {
  const { slug, platform, alg, tokenTtlSeconds, rotateEverySeconds } = row;
  const profile = profiles.get(platform);
  if (!slugForm.safeParse(slug).success) return 'slug is none';
  if (!profile) return 'there is no such platform';
  if (!isSigningAlgorithm(alg)) return 'there is no such algorithm';
  if (tokenTtlSeconds < profile.minTtlSeconds || tokenTtlSeconds > profile.maxTtlSeconds) {
    return 'token_ttl_seconds is out of range';
  }
  if (rotateEverySeconds === null) return null;
  const isInRange =
    rotateEverySeconds >= computeLeastInterval(profile) && rotateEverySeconds <= LONGEST_INTERVAL_SECONDS;
  return isInRange ? null : 'rotate_every_seconds is out of range';
}
