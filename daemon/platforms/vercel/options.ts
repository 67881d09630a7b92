import type { PlatformOption } from '../platform.ts';

const SLUG = /^(?:[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?)?$/;

/** What only Vercel knows of a deployment. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  team: { meaning: 'Slug of the team; the owner of the repository without it', default: '', pattern: SLUG },
  'team-id': { meaning: 'Id of the team', default: '', pattern: /^(?:team_[A-Za-z0-9]{1,40})?$/ },
  project: { meaning: 'Name of the project; that of the repository without it', default: '', pattern: SLUG },
  'project-id': { meaning: 'Id of the project', default: '', pattern: /^(?:prj_[A-Za-z0-9]{1,40})?$/ },
  'production-branch': { meaning: 'Branch that is deployed to production; main or master without it', default: '' },
  'issuer-mode': {
    meaning: 'Whether the real issuer is the team’s own or the global one: team, global',
    default: 'team',
    pattern: /^(?:team|global)$/,
  },
};
