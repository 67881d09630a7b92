import type { Platform } from '../platform.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { OPTIONS } from './options.ts';
import { INJECTED_PARAMETERS } from './parameters.ts';
import { superplaneProfile } from './profile.ts';
import { routes } from './routes.ts';

/** SuperPlane, whose canvases start workflows of Semaphore (docs: Semaphore component, Run Workflow). */
export const superplane: Platform = {
  label: 'SuperPlane',
  profile: superplaneProfile,
  delivery: 'A node of a canvas starts a Semaphore workflow with the token in SUPERPLANE_OIDC_TOKEN.',
  events: ['push', 'tag', 'pull_request', 'schedule', 'manual'],
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: INJECTED_PARAMETERS,
  routes,
  realIssuer: () => 'https://app.superplane.com',
};
