import type { IssuerProfile, ProfileTable } from '../issuer/profile.ts';
import type { PlatformName } from '../protocol/resources.ts';
import { genericProfile } from './generic/profile.ts';
import { mirenProfile } from './miren/profile.ts';
import { superplaneProfile } from './superplane/profile.ts';

/** One line per platform; null: its name is taken, but it is not emulated yet. */
const PLATFORMS: Readonly<Record<PlatformName, IssuerProfile | null>> = {
  generic: genericProfile,
  'github-actions': null,
  gitlab: null,
  semaphore: null,
  superplane: superplaneProfile,
  miren: mirenProfile,
  circleci: null,
  buildkite: null,
  bitbucket: null,
  'azure-devops': null,
  kubernetes: null,
  terraform: null,
  forgejo: null,
  'google-metadata': null,
  fly: null,
  vercel: null,
  jenkins: null,
  spacelift: null,
  depot: null,
  codefresh: null,
  'source-coop': null,
  chainloop: null,
};

/** The profiles that the issuer room works with. */
export const platformProfiles: ProfileTable = new Map(Object.entries(PLATFORMS));
