import type { Job } from '../../jobs/job.ts';
import { deriveLetters } from '../../jobs/stable-ids.ts';
import type { JobRefusal } from '../../protocol/jobs.ts';
import type { JobIdentity } from '../platform.ts';
import { type Cluster, describeCluster } from './cluster.ts';
import { formatSubject, refuseDelimiter, type SubjectParts } from './subject.ts';

const NO_ISSUER: JobRefusal = {
  code: 'issuer',
  detail: 'The cluster has no issuer: it is registered under no DNS name, and no name is configured for it.',
  mend: 'Give it the option dns-name or names.',
};

interface Principal {
  readonly parts: SubjectParts;
  readonly claims: Readonly<Record<string, string>>;
}

/** What the token of a sandbox, or of a part of Miren itself, says (mirendev/runtime, `issuer.go`). */
export function identify(job: Job): JobIdentity {
  const cluster = describeCluster(job.options);
  const workload = job.options['system-workload'];
  const { parts, claims } = workload ? describeSystem(workload, cluster) : describeSandbox(job, cluster);
  const { organizationId, clusterId, hostname } = cluster;
  return {
    subject: formatSubject(parts),
    audience: ['miren'],
    claims: {
      ...(organizationId && { organization_id: organizationId }),
      ...(clusterId && { cluster_id: clusterId }),
      ...claims,
    },
    refusal: hostname === null ? NO_ISSUER : refuseDelimiter(parts),
    warnings: cluster.isByOrder
      ? [`The issuer of the cluster is https://${hostname} only because that name is the first: trust is pinned to it.`]
      : [],
  };
}

function describeSandbox({ options, repository, runKey }: Job, { organizationId }: Cluster): Principal {
  const app = (options.app ?? '').replaceAll('{repository}', repository);
  const sandbox = (options.sandbox ?? '')
    .replaceAll('{app}', app)
    .replaceAll('{run}', deriveLetters(6, 'sandbox', runKey));
  return {
    parts: [
      ['org', organizationId],
      ['app', app],
      ['sandbox', sandbox],
    ],
    claims: { ...(app && { app }), sandbox_id: sandbox, identity_type: 'sandbox' },
  };
}

function describeSystem(workload: string, { organizationId, clusterId }: Cluster): Principal {
  return {
    parts: [
      ['org', organizationId],
      ['cluster', clusterId],
      ['system', workload],
    ],
    claims: { sandbox_id: '', identity_type: 'system', system_workload: workload },
  };
}
