import type { data } from '@actions/expressions';
import type { Job } from '../../job.ts';
import { nameGithubEvent } from '../../triggers.ts';
import type { InputDeclarations } from '../input-values.ts';
import type { Json } from '../yaml-access.ts';
import { toData } from './dictionary.ts';
import { PartialObject } from './expressions.ts';
import { buildInputs } from './inputs.ts';

/** Members of `github.event` that only some events have; in all others they are null. */
const EVENT_MEMBERS: Readonly<Record<string, RegExp>> = {
  pull_request: /^pull_request/,
  number: /^pull_request/,
  inputs: /^workflow_dispatch$/,
  issue: /^issue/,
  comment: /comment$/,
  release: /^release$/,
  review: /^pull_request_review/,
  workflow_run: /^workflow_run$/,
  client_payload: /^repository_dispatch$/,
  schedule: /^schedule$/,
  head_commit: /^push$/,
  commits: /^push$/,
  before: /^(?:push|pull_request)/,
  after: /^(?:push|pull_request)/,
  deployment: /^deployment/,
  merge_group: /^merge_group$/,
  discussion: /^discussion/,
};

/**
 * The `github` context (docs: "Contexts reference") as far as the job knows it. Ids and times that the platform makes
 * up are unknown, not empty.
 * @param guesses takes what is to be said of inputs that a value is made of
 */
export function buildGithubContext(
  job: Job,
  dispatch: InputDeclarations | null,
  guesses: Set<string>,
): data.Dictionary {
  const { owner, repository, host, pullRequest } = job;
  const isGithub = host === 'github.com';
  const server = `https://${host}`;
  const eventName = nameGithubEvent(job);
  const known = {
    actor: job.actor,
    triggering_actor: job.actor,
    event_name: eventName,
    ref: job.ref,
    ref_name: job.refName,
    ref_type: job.refType,
    ref_protected: job.isRefProtected,
    sha: job.sha,
    workflow_sha: job.sha,
    base_ref: pullRequest?.baseBranch ?? '',
    head_ref: pullRequest?.headBranch ?? '',
    repository: `${owner}/${repository}`,
    repository_owner: owner,
    repositoryUrl: `git://${host}/${owner}/${repository}.git`,
    server_url: server,
    api_url: isGithub ? 'https://api.github.com' : `${server}/api/v3`,
    graphql_url: isGithub ? 'https://api.github.com/graphql' : `${server}/api/graphql`,
    workflow: job.workflowName,
    workflow_ref: `${owner}/${repository}/${job.workflowFile}@${job.ref}`,
    run_number: String(job.runNumber),
    run_attempt: String(job.runAttempt),
  } satisfies Record<string, Json>;
  const members = Object.fromEntries(Object.entries(known).map(([name, value]) => [name, toData(value)]));
  return new PartialObject('github', { ...members, event: buildEvent(job, eventName, dispatch, guesses) });
}

function buildEvent(
  job: Job,
  eventName: string,
  dispatch: InputDeclarations | null,
  guesses: Set<string>,
): data.Dictionary {
  const repository = describeRepository('github.event.repository', `${job.owner}/${job.repository}`, {
    ...nameDefaultBranch(job),
    visibility: job.visibility,
    private: job.visibility !== 'public',
    fork: false,
  });
  const members: Record<string, data.ExpressionData> = {
    repository,
    sender: new PartialObject('github.event.sender', { login: toData(job.actor) }),
  };
  for (const [name, events] of Object.entries(EVENT_MEMBERS)) if (!events.test(eventName)) members[name] = toData(null);
  if (eventName === 'push') {
    members.ref = toData(job.ref);
    members.after = toData(job.sha);
  }
  // A run by hand has them twice: as texts here, typed in `inputs`.
  if (dispatch !== null) {
    const texts = Object.entries(dispatch.defaults).map(([name, value]) => [name, String(value)]);
    members.inputs = buildInputs('github.event.inputs', { ...dispatch, defaults: Object.fromEntries(texts) }, guesses);
  }
  if (job.pullRequest !== null) {
    members.number = toData(job.pullRequest.number);
    members.pull_request = describePullRequest(job, job.pullRequest);
  }
  return new PartialObject('github.event', members);
}

function describePullRequest(job: Job, pullRequest: NonNullable<Job['pullRequest']>): data.Dictionary {
  const path = 'github.event.pull_request';
  const base = `${job.owner}/${job.repository}`;
  const head = pullRequest.fork ?? base;
  return new PartialObject(path, {
    number: toData(pullRequest.number),
    head: new PartialObject(`${path}.head`, {
      ref: toData(pullRequest.headBranch),
      repo: describeRepository(`${path}.head.repo`, head, {
        ...(pullRequest.fork === null && nameDefaultBranch(job)),
        fork: pullRequest.fork !== null,
      }),
    }),
    base: new PartialObject(`${path}.base`, {
      ref: toData(pullRequest.baseBranch),
      repo: describeRepository(`${path}.base.repo`, base, { ...nameDefaultBranch(job), fork: false }),
    }),
  });
}

/** Of the job's own repository; nobody here knows a fork's. */
function nameDefaultBranch({ defaultBranch }: Job): { default_branch?: string } {
  return defaultBranch === null ? {} : { default_branch: defaultBranch };
}

function describeRepository(path: string, fullName: string, more: Readonly<Record<string, Json>>): data.Dictionary {
  const slash = fullName.lastIndexOf('/');
  const members = Object.fromEntries(Object.entries(more).map(([name, value]) => [name, toData(value)]));
  return new PartialObject(path, {
    ...members,
    full_name: toData(fullName),
    name: toData(fullName.slice(slash + 1)),
    owner: new PartialObject(`${path}.owner`, { login: toData(fullName.slice(0, slash)) }),
  });
}
