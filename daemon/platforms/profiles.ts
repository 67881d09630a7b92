import type { IssuerProfile, ProfileTable } from '../issuer/profile.ts';
import type { PlatformName } from '../protocol/resources.ts';
import { azureDevopsProfile } from './azure-devops/profile.ts';
import { bitbucketProfile } from './bitbucket/profile.ts';
import { buildkiteProfile } from './buildkite/profile.ts';
import { circleciProfile } from './circleci/profile.ts';
import { codefreshProfile } from './codefresh/profile.ts';
import { depotProfile } from './depot/profile.ts';
import { flyProfile } from './fly/profile.ts';
import { forgejoProfile } from './forgejo/profile.ts';
import { genericProfile } from './generic/profile.ts';
import { githubActionsProfile } from './github-actions/profile.ts';
import { gitlabProfile } from './gitlab/profile.ts';
import { googleMetadataProfile } from './google-metadata/profile.ts';
import { jenkinsProfile } from './jenkins/profile.ts';
import { kubernetesProfile } from './kubernetes/profile.ts';
import { mirenProfile } from './miren/profile.ts';
import { semaphoreProfile } from './semaphore/profile.ts';
import { spaceliftProfile } from './spacelift/profile.ts';
import { superplaneProfile } from './superplane/profile.ts';
import { terraformProfile } from './terraform/profile.ts';
import { vercelProfile } from './vercel/profile.ts';

/** What distinguishes each platform's issuers: all that a start needs of `registry.ts`. */
const PROFILES: Readonly<Record<PlatformName, IssuerProfile | null>> = {
  generic: genericProfile,
  'github-actions': githubActionsProfile,
  gitlab: gitlabProfile,
  semaphore: semaphoreProfile,
  superplane: superplaneProfile,
  miren: mirenProfile,
  circleci: circleciProfile,
  buildkite: buildkiteProfile,
  bitbucket: bitbucketProfile,
  'azure-devops': azureDevopsProfile,
  kubernetes: kubernetesProfile,
  terraform: terraformProfile,
  forgejo: forgejoProfile,
  'google-metadata': googleMetadataProfile,
  fly: flyProfile,
  vercel: vercelProfile,
  jenkins: jenkinsProfile,
  spacelift: spaceliftProfile,
  depot: depotProfile,
  codefresh: codefreshProfile,
  'source-coop': null,
  chainloop: null,
};

/** The profiles that the issuer room works with. */
export const platformProfiles: ProfileTable = new Map(Object.entries(PROFILES));
