import type { Platform } from '../platform.ts';
import { superplaneProfile } from './profile.ts';

/** SuperPlane. */
export const superplane: Platform = {
  label: 'SuperPlane',
  profile: superplaneProfile,
  delivery: '',
  events: [],
  options: {},
  claims: {},
  identify: ({ issuerUrl }) => ({
    subject: superplaneProfile.defaultSubject,
    audience: superplaneProfile.defaultAudience(issuerUrl),
    claims: {},
    refusal: null,
    warnings: [],
  }),
  handOver: () => ({ variables: async () => ({}) }),
  markers: [],
  routes: [],
  realIssuer: () => null,
};
