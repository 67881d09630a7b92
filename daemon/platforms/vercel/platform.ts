import type { Platform } from '../platform.ts';
import { CLAIMS } from './claims.ts';
import { describeDeployment } from './deployment.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { OPTIONS } from './options.ts';
import { vercelProfile } from './profile.ts';

const ISSUER = 'https://oidc.vercel.com';

/** Vercel (vercel.com/docs/oidc/reference). */
export const vercel: Platform = {
  label: 'Vercel',
  profile: vercelProfile,
  delivery: 'The build finds a token in VERCEL_OIDC_TOKEN.',
  events: ['push', 'pull_request', 'manual'],
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['VERCEL', 'NOW_BUILDER', 'VERCEL_OIDC_TOKEN'],
  routes: [],
  // The longest that a build may take (docs: Limits).
  runSeconds: 2_700,
  realIssuer: (job) => (job.options['issuer-mode'] === 'global' ? ISSUER : `${ISSUER}/${describeDeployment(job).team}`),
};
