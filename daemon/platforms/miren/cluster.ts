import { splitOption } from '../option-values.ts';
import { OPTIONS } from './options.ts';

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

/** @param options of a job, or of an issuer: those that it does not say are as its jobs have them */
export function describeCluster(options: Readonly<Record<string, string>>): Cluster {
  const registered = options['dns-name'] || null;
  const names = splitOption(options.names ?? OPTIONS.names?.default);
  return {
    hostname: registered ?? names[0] ?? null,
    isByOrder: registered === null && names.length > 1,
    organizationId: options['organization-id'] ?? '',
    clusterId: options['cluster-id'] ?? '',
  };
}

/** `iss` of its real tokens; null: it has none. */
export function findRealIssuer(options: Readonly<Record<string, string>>): string | null {
  const { hostname } = describeCluster(options);
  return hostname === null ? null : `https://${hostname}`;
}
