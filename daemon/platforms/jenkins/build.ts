import type { Job } from '../../jobs/job.ts';

/** A build as Jenkins names it. */
export interface Build {
  /** With its last slash. */
  readonly jenkinsUrl: string;
  /** Full name of the job: `widgets/main`. */
  readonly jobName: string;
  /** `https://jenkins.example.com/job/widgets/job/main/`. */
  readonly jobUrl: string;
  /** Branch, tag or `PR-7`: what a multibranch project calls its jobs. */
  readonly branch: string;
}

/** Places a job on a Jenkins, in a multibranch project that is called like the repository. */
export function describeBuild(job: Job): Build {
  const { repository, refName, pullRequest, options } = job;
  const jenkinsUrl = options['jenkins-url'] ?? '';
  const branch = pullRequest === null ? refName : `PR-${pullRequest.number}`;
  // A multibranch project encodes the slashes of a branch in the name of its job.
  const ownName = [options.folder, repository, encodeURIComponent(branch)].filter(Boolean).join('/');
  const jobName = options['job-name'] || ownName;
  return { jenkinsUrl, jobName, jobUrl: `${jenkinsUrl}${toItemPath(jobName)}/`, branch };
}

/** Path of an item below the controller's URL: `job/team/job/widgets`. What is encoded in a name is encoded again. */
export function toItemPath(fullName: string): string {
  return fullName
    .split('/')
    .map((name) => `job/${encodeURIComponent(name)}`)
    .join('/');
}
