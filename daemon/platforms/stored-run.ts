import type { IssuerContext } from '../issuer/context.ts';
import { completeJob } from '../jobs/complete-job.ts';
import type { Job } from '../jobs/job.ts';
import { MintmarkError } from '../problem.ts';
import type { RunRow } from '../store/rows.ts';
import { identifyJob } from './identify-job.ts';
import { findPlatform } from './registry.ts';
import type { KeptRun } from './run-table.ts';

const FRAME = { issuerUrl: '', baseUrl: '', runKey: '', trigger: 'push', event: 'push', options: {} } as const;

/**
 * A run as another daemon left it: what its tokens say follows from its job. Null when there is no saying it any more:
 * its issuer is gone, or the job was written down by a version that knew less of jobs.
 */
export function readKeptRun({ keyring }: IssuerContext, { job, ...row }: RunRow): KeptRun | null {
  const issuer = keyring.byId(row.issuerId);
  if (issuer === undefined || !isJob(job)) return null;
  const platform = findPlatform(issuer.row.platform);
  const identity = identifyJob(platform, job);
  const audience = row.audience === null ? identity.audience : readAudience(row.audience);
  return { row, acting: { platform, job, identity: { ...identity, audience } } };
}

/** The store vouches for what is in it; only its age is in question. */
function isJob(value: object): value is Job {
  return Object.keys(completeJob(FRAME, {})).every((name) => Object.hasOwn(value, name));
}

function readAudience(json: string): string | readonly string[] {
  const value: unknown = JSON.parse(json);
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((member) => typeof member === 'string')) return value;
  throw new MintmarkError('database_corrupt', 'A run holds something that is no audience');
}
