import { findAzureReason } from '../../jobs/azure-reason.ts';
import type { Job } from '../../jobs/job.ts';
import { deriveNumber, deriveUuid } from '../../jobs/stable-ids.ts';

/** `Build.Repository.Provider` of hosts that are not Azure's own. */
const PROVIDERS: Readonly<Record<string, string>> = { 'github.com': 'GitHub', 'bitbucket.org': 'Bitbucket' };

const AZURE_HOST = 'dev.azure.com';

/** What Azure DevOps knows of a job beyond the job itself. */
export interface Build {
  readonly organization: string;
  readonly organizationId: string;
  readonly project: string;
  readonly projectId: string;
  readonly pipeline: string;
  readonly definitionId: string;
  readonly buildId: string;
  readonly planId: string;
  readonly jobId: string;
  readonly reason: string;
  readonly repository: { readonly provider: string; readonly id: string; readonly name: string; readonly uri: string };
  /** null: the job asks a token for its pipeline. */
  readonly connection: { readonly name: string; readonly id: string } | null;
}

/**
 * Places a job in an organization of Azure DevOps. Ids that nobody said are made of names or, where every run has its
 * own, of the run.
 */
export function describeBuild(job: Job): Build {
  const { owner, repository, host, runKey, options } = job;
  // A repository of Azure's own is in a project: `acme/widgets` owns it.
  const [firstOwner = owner, ownProject] = owner.split('/');
  const organization = options.organization || firstOwner;
  const project = options.project || (host === AZURE_HOST ? ownProject : undefined) || repository;
  const projectId = options['project-id'] || deriveUuid('project', organization, project);
  const pipeline = options.pipeline || repository;
  const connection = options['service-connection'];
  return {
    organization,
    organizationId: options['org-id'] || deriveUuid('organization', organization),
    project,
    projectId,
    pipeline,
    definitionId: options['definition-id'] || String(deriveNumber(3, 'definition', organization, project, pipeline)),
    buildId: String(deriveNumber(6, 'build', runKey)),
    planId: deriveUuid('plan', runKey),
    jobId: deriveUuid('job', runKey, job.jobId),
    reason: findAzureReason(job),
    repository: describeRepository(job, organization, project),
    connection: connection
      ? { name: connection, id: options['service-connection-id'] || deriveUuid('connection', projectId, connection) }
      : null,
  };
}

function describeRepository({ host, owner, repository }: Job, organization: string, project: string) {
  if (host === AZURE_HOST) {
    const path = [organization, project, '_git', repository].map(encodeURIComponent).join('/');
    const id = deriveUuid('repository', organization, project, repository);
    return { provider: 'TfsGit', id, name: repository, uri: `https://${AZURE_HOST}/${path}` };
  }
  const name = `${owner}/${repository}`;
  return { provider: PROVIDERS[host] ?? 'Git', id: name, name, uri: `https://${host}/${name}` };
}
