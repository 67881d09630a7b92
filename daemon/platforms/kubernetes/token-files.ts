import type { Job } from '../../jobs/job.ts';
import type { RunFile } from '../../protocol/jobs.ts';
import { describeTokenFile } from '../describe-token-file.ts';
import type { RunGrant } from '../platform.ts';
import { KUBERNETES } from './claims.ts';
import { describeBinding, describeWorkload } from './workload.ts';

/** Where a pod has it; here below the run's directory. */
const SECRETS = 'var/run/secrets';
export const OWN_TOKEN = `${SECRETS}/kubernetes.io/serviceaccount/token`;
const OWN_NAMESPACE = `${SECRETS}/kubernetes.io/serviceaccount/namespace`;
export const EKS_TOKEN = `${SECRETS}/eks.amazonaws.com/serviceaccount/token`;
export const AKS_TOKEN = `${SECRETS}/azure/tokens/azure-identity-token`;

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

/**
 * The tokens that are projected into the pod: its own, and those that a cloud's webhook adds. That of EKS lives a day
 * (docs: amazon-eks-pod-identity-webhook). The kubelet rotates each once a day at the latest, and lets only the owner
 * read it, as where all containers of a pod run as one user (docs: Projected Volumes).
 */
export async function projectTokens(job: Job, grant: RunGrant): Promise<readonly RunFile[]> {
  const { options } = job;
  const workload = describeWorkload(job);
  const claims = { [KUBERNETES]: describeBinding(workload, 'Pod') };
  const project = async (path: string, audience: string, ttlSeconds: number): Promise<RunFile> => {
    return describeTokenFile(path, await grant.mint({ audience: [audience], ttlSeconds, claims }), DAY_SECONDS);
  };
  const files = [
    grant.mint({}).then((minted) => describeTokenFile(OWN_TOKEN, minted, DAY_SECONDS)),
    ...(options['aws-role-arn'] ? [project(EKS_TOKEN, 'sts.amazonaws.com', DAY_SECONDS)] : []),
    ...(options['azure-client-id'] ? [project(AKS_TOKEN, 'api://AzureADTokenExchange', HOUR_SECONDS)] : []),
  ];
  const namespace = { path: OWN_NAMESPACE, mode: 0o600, content: workload.namespace, refreshSeconds: null };
  return [namespace, ...(await Promise.all(files))];
}
