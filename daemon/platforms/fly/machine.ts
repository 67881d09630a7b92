import type { Job } from '../../jobs/job.ts';
import { deriveHex, deriveNumber } from '../../jobs/stable-ids.ts';
import { toSlug } from '../option-values.ts';

/** The machine that is the job. */
export interface Machine {
  readonly organization: string;
  readonly organizationId: string;
  readonly app: string;
  readonly appId: string;
  readonly name: string;
  readonly id: string;
  readonly version: string;
  readonly region: string;
  readonly image: string;
  readonly imageDigest: string;
}

/**
 * Places a job on a machine of Fly.io. Ids that nobody said are made of names or, where every run has its own, of the
 * run.
 */
export function describeMachine({ owner, repository, sha, options }: Job): Machine {
  const organization = options.organization || toSlug(owner.replace(/\/.*$/, ''));
  const app = options.app || toSlug(repository);
  const name = options.machine ?? 'ancient-snow-4824';
  const image = options.image || `${app}:deployment-${deriveUlid('deployment', app, sha)}`;
  return {
    organization,
    organizationId: options['organization-id'] || String(deriveNumber(8, 'organization', organization)),
    app,
    appId: options['app-id'] || String(deriveNumber(7, 'app', app)),
    name,
    id: options['machine-id'] || deriveHex(14, 'machine', app, name),
    version: deriveUlid('version', app, name, sha),
    region: options.region ?? 'yul',
    image,
    imageDigest: `sha256:${deriveHex(64, 'image', image)}`,
  };
}

/** `org:app:machine` (docs: OpenID Connect, "Understanding OpenID Connect"). */
export function formatSubject({ organization, app, name }: Machine): string {
  return `${organization}:${app}:${name}`;
}

/** The form of a ULID: hex digits are among its own. */
function deriveUlid(...names: readonly string[]): string {
  return `01J${deriveHex(23, ...names).toUpperCase()}`;
}
