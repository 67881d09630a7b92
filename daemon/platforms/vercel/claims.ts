import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

/** Vercel's own claims (docs: OIDC Federation Reference, "OIDC token anatomy"). */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  scope: text('The same as sub.'),
  owner: text('Slug of the team; changes when the team is renamed.'),
  owner_id: text('Id of the team: stays when it is renamed.'),
  project: text('Name of the project.'),
  project_id: text('Id of the project: stays when it is renamed.'),
  environment: text('production, preview, development or the name of a custom environment.'),
};
