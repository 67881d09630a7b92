import type { Job } from '../../jobs/job.ts';
import type { JobIdentity } from '../platform.ts';
import { warnOfColons } from '../warn-of-colons.ts';
import { describeDeployment } from './deployment.ts';

/** A token that `vercel env pull` fetches for development; what is known of that rests on one source. */
const DEVELOPMENT_TTL_SECONDS = 43_200;

/** What the token of a build says (docs: OIDC Federation Reference). */
export function identify(job: Job): JobIdentity {
  const { team, teamId, project, projectId, target } = describeDeployment(job);
  const subject = `owner:${team}:project:${project}:environment:${target}`;
  const isTag = job.refType === 'tag' && job.pullRequest === null;
  return {
    subject,
    audience: `https://vercel.com/${team}`,
    claims: {
      scope: subject,
      owner: team,
      owner_id: teamId,
      project,
      project_id: projectId,
      environment: target,
    },
    refusal: null,
    warnings: [
      ...warnOfColons({ environment: target }),
      ...(isTag ? ['Vercel deploys branches: a tag that is pushed starts nothing there.'] : []),
    ],
    ...(target === 'development' && { ttlSeconds: DEVELOPMENT_TTL_SECONDS }),
  };
}
