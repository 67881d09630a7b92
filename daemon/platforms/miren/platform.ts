import type { Platform } from '../platform.ts';
import { CLAIMS } from './claims.ts';
import { findRealIssuer } from './cluster.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { OPTIONS } from './options.ts';
import { mirenProfile } from './profile.ts';
import { refuse, routes } from './routes.ts';

/** Miren's workload identity (mirendev/runtime, `docs/workload-identity.md`): each of its issuers is a cluster. */
export const miren: Platform = {
  label: 'Miren',
  profile: mirenProfile,
  delivery:
    'The sandbox finds a token in the file that MIREN_IDENTITY_TOKEN_PATH names, and asks MIREN_IDENTITY_TOKEN_URL for others.',
  events: ['manual', 'push'],
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: [
    'MIREN_OIDC_ISSUER_URL',
    'MIREN_IDENTITY_TOKEN_PATH',
    'MIREN_IDENTITY_TOKEN_URL',
    'MIREN_IDENTITY_TOKEN_SECRET',
  ],
  routes,
  describeFailure: refuse,
  addressOf: ({ options }) => options.address || null,
  realIssuer: ({ options }) => findRealIssuer(options),
};
