import type { Job } from '../../jobs/job.ts';
import { deriveHex, deriveUuid } from '../../jobs/stable-ids.ts';

export interface NamedObject {
  readonly name: string;
  readonly uid: string;
}

/** The pod that is the job, and what it belongs to. */
export interface Workload {
  readonly namespace: string;
  readonly serviceAccount: NamedObject;
  readonly pod: NamedObject;
  readonly node: NamedObject;
}

/** Places a job in a pod. UIDs are made of the names, and are the same each time; the pod's is new in each run. */
export function describeWorkload({ runKey, options }: Job): Workload {
  const namespace = options.namespace ?? 'ci';
  const account = options['service-account'] ?? 'runner';
  const pod = options.pod || `${account.slice(0, 57)}-${deriveHex(5, 'pod', runKey)}`;
  const node = options.node ?? 'node-1';
  return {
    namespace,
    serviceAccount: { name: account, uid: deriveUuid('serviceaccount', namespace, account) },
    pod: { name: pod, uid: deriveUuid('pod', runKey, namespace, pod) },
    node: { name: node, uid: deriveUuid('node', node) },
  };
}

/** The user name of a service account, which is its `sub` (docs: Managing Service Accounts). */
export function formatSubject({ namespace, serviceAccount }: Workload): string {
  return `system:serviceaccount:${namespace}:${serviceAccount.name}`;
}

/** What a token is bound to, as the private claim says it; a pod brings its node with it. */
export type Binding = 'Pod' | 'Node' | null;

/** The private claim `kubernetes.io`, as the API server writes it for that binding. */
export function describeBinding({ namespace, serviceAccount, pod, node }: Workload, binding: Binding) {
  return {
    namespace,
    ...(binding !== null && { node }),
    ...(binding === 'Pod' && { pod }),
    serviceaccount: serviceAccount,
  };
}
