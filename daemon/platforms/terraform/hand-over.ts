import type { Job } from '../../jobs/job.ts';
import { splitOption } from '../option-values.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { describeRun } from './terraform-run.ts';

const AUDIENCE = 'TFC_WORKLOAD_IDENTITY_AUDIENCE';
const TOKEN = 'TFC_WORKLOAD_IDENTITY_TOKEN';

/** A token for each audience that the workspace's variables name (docs: Manually generate workload identity tokens). */
export function handOver(job: Job, grant: RunGrant): HandOver {
  return { variables: async () => ({ ...describeVariables(job), ...(await mintTokens(job, grant)) }) };
}

async function mintTokens({ options }: Job, grant: RunGrant): Promise<Readonly<Record<string, string>>> {
  if (grant.refusal !== undefined && grant.refusal !== null) return {};
  const tags = splitOption(options['tagged-audiences']).map((tagged) => {
    const at = tagged.indexOf('=');
    return { suffix: `_${tagged.slice(0, at)}`, audience: tagged.slice(at + 1) };
  });
  const minted = await Promise.all(
    [{ suffix: '', audience: undefined }, ...tags].map(async ({ suffix, audience }) => {
      const { token, claims } = await grant.mint({ audience });
      return [
        [`${AUDIENCE}${suffix}`, String(claims.aud)],
        [`${TOKEN}${suffix}`, token],
      ];
    }),
  );
  return Object.fromEntries(minted.flat());
}

/** What every run finds (docs: Run environment, "Environment variables"). */
function describeVariables(job: Job): Readonly<Record<string, string>> {
  const { organization, project, workspace, runId, module } = describeRun(job);
  const isTag = job.refType === 'tag';
  return {
    TFC_RUN_ID: runId,
    TFC_CONFIGURATION_VERSION_GIT_BRANCH: isTag ? '' : (job.pullRequest?.headBranch ?? job.refName),
    TFC_CONFIGURATION_VERSION_GIT_COMMIT_SHA: job.sha,
    TFC_CONFIGURATION_VERSION_GIT_TAG: isTag ? job.refName : '',
    ...(module === null && {
      TFC_PROJECT_NAME: project.name,
      TFC_WORKSPACE_NAME: workspace.name,
      TFC_WORKSPACE_SLUG: `${organization.name}/${workspace.name}`,
    }),
  };
}
