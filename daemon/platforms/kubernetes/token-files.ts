import { join } from 'node:path';
import type { Job } from '../../jobs/job.ts';
import type { RunFile } from '../../protocol/jobs.ts';
import type { MintedToken } from '../../protocol/resources.ts';
import type { RunGrant } from '../platform.ts';
import { KUBERNETES } from './claims.ts';
import { describeBinding, describeWorkload } from './workload.ts';

/** Where a pod has it; here below the run's directory. */
const SECRETS = 'var/run/secrets';
export const OWN_TOKEN = `${SECRETS}/kubernetes.io/serviceaccount/token`;
const OWN_NAMESPACE = `${SECRETS}/kubernetes.io/serviceaccount/namespace`;
const EKS_TOKEN = `${SECRETS}/eks.amazonaws.com/serviceaccount/token`;
const AKS_TOKEN = `${SECRETS}/azure/tokens/azure-identity-token`;

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

/**
 * The tokens that are projected into the pod: its own, and those that a cloud's webhook adds. That of EKS lives a day
 * (docs: amazon-eks-pod-identity-webhook).
 */
export async function projectTokens(job: Job, grant: RunGrant): Promise<readonly RunFile[]> {
  const { options } = job;
  const workload = describeWorkload(job);
  const claims = { [KUBERNETES]: describeBinding(workload, 'Pod') };
  const project = async (path: string, audience: string, ttlSeconds: number): Promise<RunFile> => {
    return describeFile(path, await grant.mint({ audience: [audience], ttlSeconds, claims }));
  };
  const files = [
    grant.mint({}).then((minted) => describeFile(OWN_TOKEN, minted)),
    ...(options['aws-role-arn'] ? [project(EKS_TOKEN, 'sts.amazonaws.com', DAY_SECONDS)] : []),
    ...(options['azure-client-id'] ? [project(AKS_TOKEN, 'api://AzureADTokenExchange', HOUR_SECONDS)] : []),
  ];
  const namespace = { path: OWN_NAMESPACE, mode: 0o600, content: workload.namespace, refreshSeconds: null };
  return [namespace, ...(await Promise.all(files))];
}

/**
 * The kubelet rotates a token when 80 % of its life are over, or a day. Only the owner may read it, as where all
 * containers of a pod run as one user (docs: Projected Volumes).
 */
function describeFile(path: string, { token, claims }: MintedToken): RunFile {
  const lifeSeconds = Number(claims.exp) - Number(claims.iat);
  return { path, mode: 0o600, content: token, refreshSeconds: Math.min(Math.floor(lifeSeconds * 0.8), DAY_SECONDS) };
}

/** Variables that webhooks of clouds add beside their token. */
export function describeCloudVariables({ options }: Job, directory: string): Readonly<Record<string, string>> {
  const { 'aws-role-arn': role, 'azure-client-id': client, 'azure-tenant-id': tenant } = options;
  return {
    ...(role && { AWS_ROLE_ARN: role, AWS_WEB_IDENTITY_TOKEN_FILE: join(directory, EKS_TOKEN) }),
    ...(client && {
      AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.com/',
      AZURE_CLIENT_ID: client,
      AZURE_FEDERATED_TOKEN_FILE: join(directory, AKS_TOKEN),
      ...(tenant && { AZURE_TENANT_ID: tenant }),
    }),
  };
}
