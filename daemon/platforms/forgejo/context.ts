import type { Job } from '../../jobs/job.ts';
import { type ActionsContext, buildContext, runsOnMerge } from '../actions-context.ts';
import type { ActionsServer } from '../actions-server.ts';

/**
 * The context as Forgejo fills it (its `services/actions/context.go`): a pull request runs its head, whose ref is
 * neither branch nor tag, and a workflow is called by its file.
 */
export function buildForgejoContext(job: Job): ActionsContext {
  const context = buildContext(job, '.forgejo/workflows/deploy.yml');
  const isPullRequest = runsOnMerge(context) && context.pullRequest !== null;
  const ref = isPullRequest ? `refs/pull/${context.pullRequest.number}/head` : context.ref;
  const path = context.workflowRef.slice(0, -(context.ref.length + 1));
  return {
    ...context,
    ref,
    workflow: path.split('/').at(-1) ?? path,
    workflowRef: `${path}@${ref}`,
    ...(isPullRequest && { refName: String(context.pullRequest.number), refType: '' }),
  };
}

/** The instance that the option names, or the one that the repository is on; Codeberg when that is GitHub. */
export function findInstance({ host, options }: Job): ActionsServer {
  const url = options.instance || `https://${host === 'github.com' ? 'codeberg.org' : host}`;
  return { url, apiUrl: `${url}/api/v1`, graphqlUrl: '' };
}
