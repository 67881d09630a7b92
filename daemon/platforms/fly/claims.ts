import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

/** Fly.io's own claims (docs: OpenID Connect, "Understanding OpenID Connect"): the numbers are texts too. */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  app_id: text('Number of the app.'),
  app_name: text('Name of the app.'),
  image: text('Image that the machine runs.'),
  image_digest: text('Digest of that image.'),
  machine_id: text('Id of the machine.'),
  machine_name: text('Name of the machine.'),
  machine_version: text('Version of its configuration.'),
  org_id: text('Number of the organization.'),
  org_name: text('Slug of the organization.'),
  region: text('Region of the machine.'),
};
