import type { Platform } from '../platform.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { OPTIONS } from './options.ts';
import { spaceliftProfile } from './profile.ts';
import { describeRun } from './run.ts';

/** Spacelift (docs.spacelift.io/integrations/cloud-providers/oidc). */
export const spacelift: Platform = {
  label: 'Spacelift',
  profile: spaceliftProfile,
  delivery: 'The run finds a token in SPACELIFT_OIDC_TOKEN, and in spacelift.oidc at the root of its workspace.',
  events: ['push', 'pull_request', 'tag', 'schedule', 'manual'],
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['SPACELIFT_OIDC_TOKEN', 'TF_VAR_spacelift_*'],
  routes: [],
  realIssuer: (job) => `https://${describeRun(job).accountHost}`,
};
