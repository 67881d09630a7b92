import type { Platform } from '../platform.ts';
import { refuse } from './answers.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { OPTIONS } from './options.ts';
import { googleMetadataProfile } from './profile.ts';
import { routes } from './routes.ts';

/**
 * A machine, build or service of Google Cloud
 * (docs.cloud.google.com/compute/docs/instances/verifying-instance-identity).
 */
export const googleMetadata: Platform = {
  label: 'Google metadata server',
  profile: googleMetadataProfile,
  delivery:
    'The job asks its metadata server, which GCE_METADATA_HOST names, for an identity; there are no access tokens.',
  events: ['manual', 'push', 'schedule'],
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['GCE_METADATA_HOST', 'GCE_METADATA_IP', 'METADATA_SERVER_DETECTION'],
  routes,
  describeFailure: refuse,
  realIssuer: () => 'https://accounts.google.com',
};
