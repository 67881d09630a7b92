import { MintmarkError } from '../problem.ts';
import type { PlatformName } from '../protocol/resources.ts';
import { azureDevops } from './azure-devops/platform.ts';
import { bitbucket } from './bitbucket/platform.ts';
import { buildkite } from './buildkite/platform.ts';
import { circleci } from './circleci/platform.ts';
import { codefresh } from './codefresh/platform.ts';
import { depot } from './depot/platform.ts';
import { fly } from './fly/platform.ts';
import { forgejo } from './forgejo/platform.ts';
import { generic } from './generic/platform.ts';
import { githubActions } from './github-actions/platform.ts';
import { gitlab } from './gitlab/platform.ts';
import { googleMetadata } from './google-metadata/platform.ts';
import { jenkins } from './jenkins/platform.ts';
import { kubernetes } from './kubernetes/platform.ts';
import { miren } from './miren/platform.ts';
import type { Platform } from './platform.ts';
import { semaphore } from './semaphore/platform.ts';
import { spacelift } from './spacelift/platform.ts';
import { superplane } from './superplane/platform.ts';
import { terraform } from './terraform/platform.ts';
import { vercel } from './vercel/platform.ts';

/**
 * One line per platform, and one in `profiles.ts`; null: its name is taken, but it is not emulated yet. Loaded by the
 * first request that a job makes or is meant by: what platforms are made of would slow down every start.
 */
export const PLATFORMS: Readonly<Record<PlatformName, Platform | null>> = {
  generic,
  'github-actions': githubActions,
  gitlab,
  semaphore,
  superplane,
  miren,
  circleci,
  buildkite,
  bitbucket,
  'azure-devops': azureDevops,
  kubernetes,
  terraform,
  forgejo,
  'google-metadata': googleMetadata,
  fly,
  vercel,
  jenkins,
  spacelift,
  depot,
  codefresh,
  'source-coop': null,
  chainloop: null,
};

/** @throws MintmarkError `platform_unknown`, or `platform_unavailable` for one that is not emulated yet */
export function findPlatform(name: string): Platform {
  const platform: Platform | null | undefined = Object.entries(PLATFORMS).find(([known]) => known === name)?.[1];
  if (platform === undefined) throw new MintmarkError('platform_unknown');
  if (platform === null) throw new MintmarkError('platform_unavailable', `${name} is not emulated yet`);
  return platform;
}
