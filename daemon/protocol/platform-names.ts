/**
 * Every kind of system that is or will be emulated (CONTRACT §1), apart from the schemas:
 * these names cost nothing to load.
 */
export const PLATFORM_NAMES = [
  'generic',
  'github-actions',
  'gitlab',
  'semaphore',
  'superplane',
  'miren',
  'circleci',
  'buildkite',
  'bitbucket',
  'azure-devops',
  'kubernetes',
  'terraform',
  'forgejo',
  'google-metadata',
  'fly',
  'vercel',
  'jenkins',
  'spacelift',
  'depot',
  'codefresh',
  'source-coop',
  'chainloop',
] as const;

/** Is it one of these names? An issuer of that name is one of that platform. */
export function isPlatformName(name: string): name is (typeof PLATFORM_NAMES)[number] {
  return PLATFORM_NAMES.some((known) => known === name);
}

/** Of these there is nothing but the name so far. */
const PLANNED: readonly string[] = ['source-coop', 'chainloop'];
export const EMULATED_PLATFORM_NAMES = PLATFORM_NAMES.filter((name) => !PLANNED.includes(name));
