import type { Job } from '../../jobs/job.ts';
import type { RunGrant } from '../platform.ts';
import { type Build, describeBuild } from './build.ts';

/** Predefined variables (docs: Use predefined variables), as processes see them: upper case, dots as underscores. */
export function describeVariables(job: Job, { directory, workspace }: Pick<RunGrant, 'directory' | 'workspace'>) {
  const build = describeBuild(job);
  const collection = `https://dev.azure.com/${encodeURIComponent(build.organization)}/`;
  return {
    TF_BUILD: 'True',
    AGENT_ID: '1',
    AGENT_JOBNAME: job.jobId,
    AGENT_JOBSTATUS: 'Succeeded',
    AGENT_NAME: 'Azure Pipelines 1',
    AGENT_OS: { win32: 'Windows_NT', darwin: 'Darwin' }[process.platform as string] ?? 'Linux',
    AGENT_OSARCHITECTURE: process.arch === 'arm64' ? 'ARM64' : 'X64',
    AGENT_TEMPDIRECTORY: directory,
    BUILD_BUILDID: build.buildId,
    BUILD_BUILDNUMBER: String(job.runNumber),
    BUILD_BUILDURI: `vstfs:///Build/Build/${build.buildId}`,
    BUILD_DEFINITIONNAME: build.pipeline,
    BUILD_REASON: build.reason,
    BUILD_REPOSITORY_ID: build.repository.id,
    BUILD_REPOSITORY_NAME: build.repository.name,
    BUILD_REPOSITORY_PROVIDER: build.repository.provider,
    BUILD_REPOSITORY_URI: build.repository.uri,
    BUILD_REQUESTEDFOR: job.actor,
    BUILD_REQUESTEDFOREMAIL: job.actorEmail,
    BUILD_SOURCEBRANCH: job.ref,
    BUILD_SOURCEBRANCHNAME: job.ref.replace(/^.*\//, ''),
    BUILD_SOURCEVERSION: job.sha,
    SYSTEM_COLLECTIONID: build.organizationId,
    SYSTEM_COLLECTIONURI: collection,
    SYSTEM_DEFINITIONID: build.definitionId,
    SYSTEM_HOSTTYPE: 'build',
    SYSTEM_JOBATTEMPT: String(job.runAttempt),
    SYSTEM_JOBID: build.jobId,
    SYSTEM_JOBNAME: job.jobId,
    SYSTEM_PLANID: build.planId,
    SYSTEM_TEAMFOUNDATIONCOLLECTIONURI: collection,
    SYSTEM_TEAMPROJECT: build.project,
    SYSTEM_TEAMPROJECTID: build.projectId,
    ...(workspace !== undefined && {
      BUILD_SOURCESDIRECTORY: workspace,
      SYSTEM_DEFAULTWORKINGDIRECTORY: workspace,
    }),
    ...(job.environment !== null && { ENVIRONMENT_NAME: job.environment }),
    ...describePullRequest(job, build),
    // AzureCLI@2 tells its script which connection it signed in with.
    ...(build.connection !== null && { AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: build.connection.id }),
  };
}

function describePullRequest({ pullRequest }: Job, { repository }: Build): Readonly<Record<string, string>> {
  if (pullRequest === null) return {};
  return {
    // GitHub's has a number, Azure's own an id.
    [repository.provider === 'TfsGit' ? 'SYSTEM_PULLREQUEST_PULLREQUESTID' : 'SYSTEM_PULLREQUEST_PULLREQUESTNUMBER']:
      String(pullRequest.number),
    SYSTEM_PULLREQUEST_ISFORK: pullRequest.fork === null ? 'False' : 'True',
    SYSTEM_PULLREQUEST_SOURCEBRANCH: `refs/heads/${pullRequest.headBranch}`,
    SYSTEM_PULLREQUEST_TARGETBRANCH: `refs/heads/${pullRequest.baseBranch}`,
    SYSTEM_PULLREQUEST_TARGETBRANCHNAME: pullRequest.baseBranch,
  };
}
