import { join } from 'node:path';
import type { Job } from '../../jobs/job.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { identify } from './identify.ts';
import { TOKEN_PATH } from './routes.ts';

/** Below `/var/run` there, and below the run's directory here. */
const TOKEN_FILE = 'miren/identity-token';
const REFRESH_SECONDS = 45 * 60;

/**
 * A token file that everybody in the sandbox reads, refreshed in place, and where to ask
 * for more; nothing without an issuer.
 */
export function handOver(job: Job, grant: RunGrant): HandOver {
  if ((grant.refusal ?? identify(job).refusal) !== null) return { variables: async () => ({}) };
  return {
    variables: async () => ({
      MIREN_IDENTITY_TOKEN_PATH: join(grant.directory, TOKEN_FILE),
      MIREN_OIDC_ISSUER_URL: job.issuerUrl,
      MIREN_IDENTITY_TOKEN_URL: `${grant.issuerUrl}${TOKEN_PATH}`,
      MIREN_IDENTITY_TOKEN_SECRET: grant.secret,
    }),
    files: async () => [
      { path: TOKEN_FILE, mode: 0o644, content: (await grant.mint({})).token, refreshSeconds: REFRESH_SECONDS },
    ],
  };
}
