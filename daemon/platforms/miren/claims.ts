import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

/** Miren's own claims (mirendev/runtime, `pkg/workloadidentity`). */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  organization_id: text('Organization that the cluster is registered for; absent for one that is not.'),
  cluster_id: text('Id of the cluster; absent for one that is not registered.'),
  app: text('App that the sandbox belongs to; absent when there is none.'),
  sandbox_id: text('Id of the sandbox; always there, and empty for a system workload.'),
  identity_type: text('sandbox or system.'),
  system_workload: text('Which part of Miren it is; absent for sandboxes.'),
};
