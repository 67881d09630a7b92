import type { Job } from '../../jobs/job.ts';
import { splitOption } from '../option-values.ts';

/** A Miren cluster as far as tokens know it. */
export interface Cluster {
  /** Host of its real issuer: the registered name, else the first configured one; null: it has none. */
  readonly hostname: string | null;
  /** Whether nothing but the order of configured names decides on `hostname`. */
  readonly isByOrder: boolean;
  /** Empty when the cluster is not registered. */
  readonly organizationId: string;
  readonly clusterId: string;
}

export function describeCluster({ options }: Job): Cluster {
  const registered = options['dns-name'] || null;
  const names = splitOption(options.names);
  return {
    hostname: registered ?? names[0] ?? null,
    isByOrder: registered === null && names.length > 1,
    organizationId: options['organization-id'] ?? '',
    clusterId: options['cluster-id'] ?? '',
  };
}
