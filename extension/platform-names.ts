import type { PlatformName } from '../daemon/protocol/resources.ts';

/**
 * Platforms by name: an issuer of that name is one of that platform (CONTRACT §1). The compiler keeps this complete.
 */
const PLATFORMS: Readonly<Record<PlatformName, true>> = {
  generic: true,
  'github-actions': true,
  gitlab: true,
  semaphore: true,
  superplane: true,
  miren: true,
  circleci: true,
  buildkite: true,
  bitbucket: true,
  'azure-devops': true,
  kubernetes: true,
  terraform: true,
  forgejo: true,
  'google-metadata': true,
  fly: true,
  vercel: true,
  jenkins: true,
  spacelift: true,
  depot: true,
  codefresh: true,
  'source-coop': true,
  chainloop: true,
};

/** Every platform that there is or will be, in the order of CONTRACT §1. */
export const PLATFORM_NAMES: readonly PlatformName[] = Object.keys(PLATFORMS).filter(isPlatform);

export function isPlatform(name: string): name is PlatformName {
  return Object.hasOwn(PLATFORMS, name);
}
