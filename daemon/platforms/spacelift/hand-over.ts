import type { Job } from '../../jobs/job.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { describeRun, type SpaceliftRun } from './run.ts';

const TOKEN_FILE = 'spacelift.oidc';

/**
 * The token in a variable and in a file of the workspace's root, among what Spacelift says of a run (docs: Environment,
 * "Spacelift environment"). The root is `/mnt/workspace` there, and the run's own directory here.
 */
export function handOver(job: Job, grant: RunGrant): HandOver {
  const mint = async () => (await grant.mint({})).token;
  return {
    variables: async () => ({
      ...listVariables(job, describeRun(job), grant.directory),
      SPACELIFT_OIDC_TOKEN: await mint(),
    }),
    files: async () => [{ path: TOKEN_FILE, mode: 0o600, content: await mint(), refreshSeconds: null }],
  };
}

function listVariables(job: Job, run: SpaceliftRun, root: string): Readonly<Record<string, string>> {
  const facts = {
    account_name: run.accountHost,
    commit_branch: job.pullRequest?.headBranch ?? job.refName,
    commit_sha: job.sha,
    local_preview: 'false',
    project_root: '',
    repository: `${job.owner}/${job.repository}`,
    run_id: run.runId,
    run_state: nameState(run),
    run_trigger: job.trigger === 'manual' ? job.actor : job.trigger === 'schedule' ? 'schedule' : 'git commit',
    run_type: run.runType,
    space_id: run.spaceId,
    stack_branch: run.trackedBranch,
    stack_id: run.callerId,
    stack_labels: '',
    stack_labels_list: '[]',
    workspace_root: root,
  };
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [`TF_VAR_spacelift_${name}`, value]));
}

function nameState({ runType, scope }: SpaceliftRun): string {
  if (runType === 'TASK') return 'PERFORMING';
  if (runType === 'DESTROY') return 'DESTROYING';
  return scope === 'read' ? 'PLANNING' : 'APPLYING';
}
