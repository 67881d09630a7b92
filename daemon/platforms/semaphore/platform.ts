import type { Platform } from '../platform.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { OPTIONS } from './options.ts';
import { semaphoreProfile } from './profile.ts';
import { describeWorkflow } from './workflow.ts';

/** Semaphore (docs.semaphoreci.com/reference/openid). */
export const semaphore: Platform = {
  label: 'Semaphore',
  profile: semaphoreProfile,
  delivery: 'Every job finds its token in SEMAPHORE_OIDC_TOKEN.',
  events: ['push', 'tag', 'pull_request', 'schedule', 'manual', 'api'],
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['SEMAPHORE', 'SEMAPHORE_OIDC_TOKEN'],
  routes: [],
  // The last route of its secrethub/open_id_connect/http_server.ex.
  unknownPath: { status: 404, contentType: 'text/plain; charset=utf-8', body: 'Not found' },
  realIssuer: (job) => `https://${describeWorkflow(job).organization}.semaphoreci.com`,
};
