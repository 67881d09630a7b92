import type { Platform } from '../platform.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { describeMachine } from './machine.ts';
import { OPTIONS } from './options.ts';
import { flyProfile } from './profile.ts';
import { refuse, routes } from './routes.ts';

/** A machine of Fly.io (fly.io/docs/security/openid-connect). */
export const fly: Platform = {
  label: 'Fly.io',
  profile: flyProfile,
  delivery:
    'The machine posts to /v1/tokens/oidc of a socket, which FLY_API_SOCKET names: the real path, /.fly/api, cannot be made here. With aws-role-arn there is a token file too.',
  events: ['manual', 'push'],
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['FLY_APP_NAME', 'FLY_MACHINE_ID', 'FLY_ALLOC_ID', 'FLY_API_SOCKET'],
  routes,
  describeFailure: refuse,
  realIssuer: (job) => `https://oidc.fly.io/${describeMachine(job).organization}`,
};
