import type { Job } from '../../jobs/job.ts';
import type { JobIdentity } from '../platform.ts';
import { type Build, describeBuild } from './build.ts';

/**
 * What the token of a job says. That numbers are texts, and that a token for a service connection has the claims of the
 * pipeline's, is of decoded tokens, not of documents. Organizations are being moved to Entra's own issuer, whose `sub`
 * is not public: what is here is vstoken.dev.azure.com's.
 */
export function identify(job: Job): JobIdentity {
  const build = describeBuild(job);
  return {
    subject: formatSubject(build, build.connection?.name ?? null),
    audience: 'api://AzureADTokenExchange',
    claims: {
      org_id: build.organizationId,
      prj_id: build.projectId,
      def_id: build.definitionId,
      rpo_id: build.repository.id,
      rpo_uri: build.repository.uri,
      rpo_ver: job.sha,
      rpo_ref: job.ref,
      run_id: build.buildId,
    },
    refusal: null,
    warnings: [...warnOfHttp(job), ...warnOfFork(job, build)],
  };
}

/** @param connection name of a service connection; null for the pipeline itself */
export function formatSubject({ organization, project, pipeline }: Build, connection: string | null): string {
  return connection === null
    ? `p://${organization}/${project}/${pipeline}`
    : `sc://${organization}/${project}/${connection}`;
}

function warnOfHttp({ issuerUrl }: Job): readonly string[] {
  if (!issuerUrl.startsWith('http:')) return [];
  return ['Clients of Azure (@azure/identity and others) ask https alone: start the daemon with --https for them.'];
}

function warnOfFork({ trigger }: Job, { connection }: Build): readonly string[] {
  if (trigger !== 'fork' || connection === null) return [];
  return ['Builds of forks get no service connection unless the pipeline makes secrets available to them.'];
}
