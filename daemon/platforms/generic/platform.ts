import type { Platform } from '../platform.ts';
import { genericProfile } from './profile.ts';

/** No platform in particular: its tokens say what they are asked to say, and a run finds one in its environment. */
export const generic: Platform = {
  label: 'Generic issuer',
  profile: genericProfile,
  delivery: 'The token is in MINTMARK_TOKEN.',
  events: [],
  options: {},
  claims: {},
  identify: ({ issuerUrl }) => ({
    subject: genericProfile.defaultSubject,
    audience: genericProfile.defaultAudience(issuerUrl),
    claims: {},
    refusal: null,
    warnings: [],
  }),
  handOver: ({ issuerUrl }, grant) => ({
    variables: async () => ({ MINTMARK_TOKEN: (await grant.mint({})).token, MINTMARK_ISSUER: issuerUrl }),
  }),
  markers: ['MINTMARK_TOKEN', 'MINTMARK_ISSUER'],
  routes: [],
  realIssuer: () => null,
};
