import type { Platform } from '../platform.ts';
import { mirenProfile } from './profile.ts';

/** Miren. */
export const miren: Platform = {
  label: 'Miren',
  profile: mirenProfile,
  delivery: '',
  events: [],
  options: {},
  claims: {},
  identify: ({ issuerUrl }) => ({
    subject: mirenProfile.defaultSubject,
    audience: mirenProfile.defaultAudience(issuerUrl),
    claims: {},
    refusal: null,
    warnings: [],
  }),
  handOver: () => ({ variables: async () => ({}) }),
  markers: [],
  routes: [],
  realIssuer: () => null,
};
