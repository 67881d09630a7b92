import { join } from 'node:path';
import type { Job } from '../../jobs/job.ts';
import { AKS_TOKEN, EKS_TOKEN, OWN_TOKEN } from './token-files.ts';
import { describeWorkload } from './workload.ts';

export const KUBECONFIG = 'kubeconfig';

/**
 * The pod's name, where its token and its cluster are, and what webhooks of clouds add beside their token. There is no
 * KUBERNETES_SERVICE_HOST: clients would take it for a cluster at the root of a host and read the token of a path that
 * nobody can write here. Where the pod's own token is, a variable of ours says.
 */
export function describeVariables(job: Job, directory: string): Readonly<Record<string, string>> {
  const { 'aws-role-arn': role, 'azure-client-id': client, 'azure-tenant-id': tenant } = job.options;
  return {
    HOSTNAME: describeWorkload(job).pod.name,
    KUBECONFIG: join(directory, KUBECONFIG),
    KUBERNETES_TOKEN_FILE: join(directory, OWN_TOKEN),
    ...(role && { AWS_ROLE_ARN: role, AWS_WEB_IDENTITY_TOKEN_FILE: join(directory, EKS_TOKEN) }),
    ...(client && {
      AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.com/',
      AZURE_CLIENT_ID: client,
      AZURE_FEDERATED_TOKEN_FILE: join(directory, AKS_TOKEN),
      ...(tenant && { AZURE_TENANT_ID: tenant }),
    }),
  };
}
