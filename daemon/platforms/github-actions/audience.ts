import type { Job } from '../../jobs/job.ts';

const NAME = 'github.com';

/**
 * Why GitHub issues no token for this audience; null: it does. One that contains `github.com` in any case must go on
 * from there as nothing, as the job's own owner or as its own repository, with anything below that. The rule is no
 * documented one: runs of cysp/github-actions-id-token-exploration observed it, and GitHub's words are theirs. Of the
 * letter case of owner and repository nothing is known: it does not matter here.
 */
export function checkAudience(audience: string, { owner, repository, options }: Job): string | null {
  // Observed on github.com alone.
  if (options.host || options.tenant) return null;
  const lower = audience.toLowerCase();
  const start = lower.indexOf(NAME);
  if (start < 0) return null;
  const rest = lower.slice(start + NAME.length);
  const ownerPath = `/${owner}`.toLowerCase();
  const repositoryPath = `${ownerPath}/${repository}`.toLowerCase();
  const isOwn =
    ['', '/', ownerPath, `${ownerPath}/`, repositoryPath].includes(rest) || rest.startsWith(`${repositoryPath}/`);
  return isOwn ? null : `Can't issue ID_TOKEN for audience '${audience}'`;
}
