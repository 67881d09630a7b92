import type { Job } from '../../jobs/job.ts';
import { deriveNumber } from '../../jobs/stable-ids.ts';
import { splitOption } from '../option-values.ts';

/** The instance that the job runs on. */
export interface Instance {
  readonly isComputeEngine: boolean;
  readonly project: string;
  readonly projectNumber: number;
  readonly email: string;
  readonly accountId: string;
  readonly name: string;
  readonly id: string;
  readonly zone: string;
  /** Seconds since the epoch; always the same, and long ago. */
  readonly createdAt: number;
  readonly licenses: readonly string[];
}

const EARLIEST = 1_700_000_000;

/**
 * Places a job on an instance of Compute Engine. Ids that nobody said are made of names or, where every run has its
 * own, of the run.
 */
export function describeInstance({ owner, repository, options }: Job): Instance {
  const project = options.project || makeProjectId(`${owner}-${repository}`);
  const email = options['service-account'] || `builder@${project}.iam.gserviceaccount.com`;
  const name = options.instance ?? 'build-1';
  const zone = options.zone ?? 'us-central1-a';
  const of = (digits: number, what: string) => deriveNumber(digits, what, project, zone, name);
  return {
    isComputeEngine: (options.product ?? 'compute-engine') === 'compute-engine',
    project,
    projectNumber: Number(options['project-number'] || deriveNumber(12, 'project', project)),
    email,
    accountId:
      options['service-account-id'] || `1${deriveNumber(10, 'account', email)}${deriveNumber(10, 'number', email)}`,
    name,
    id: `${of(9, 'instance')}${of(10, 'number')}`,
    zone,
    createdAt: EARLIEST + of(7, 'created'),
    licenses: splitOption(options.licenses),
  };
}

/** 6 to 30 lower-case letters, digits and hyphens, a letter first and no hyphen last (docs: Creating projects). */
function makeProjectId(text: string): string {
  const slug = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '');
  return `${slug.slice(0, 30).replace(/-+$/, '') || 'project'}`.padEnd(6, '0');
}
