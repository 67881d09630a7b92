import { join } from 'node:path';
import type { Job } from '../../jobs/job.ts';
import type { RunFile } from '../../protocol/jobs.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { describeCloudVariables, OWN_TOKEN, projectTokens } from './token-files.ts';
import { describeWorkload, type Workload } from './workload.ts';

const KUBECONFIG = 'kubeconfig';

/**
 * Token files, and a kubeconfig for whoever requests tokens. There is no KUBERNETES_SERVICE_HOST: clients would take it
 * for a cluster at the root of a host and read the token of a path that nobody can write here. Where the pod's own
 * token is, a variable of ours says.
 */
export function handOver(job: Job, grant: RunGrant): HandOver {
  const workload = describeWorkload(job);
  const { directory } = grant;
  return {
    variables: async () => ({
      HOSTNAME: workload.pod.name,
      KUBECONFIG: join(directory, KUBECONFIG),
      KUBERNETES_TOKEN_FILE: join(directory, OWN_TOKEN),
      ...describeCloudVariables(job, directory),
    }),
    files: async () => [writeKubeconfig(workload, grant), ...(await projectTokens(job, grant))],
  };
}

/** JSON is YAML. Over http some clients (@kubernetes/client-node) only speak when told not to verify TLS. */
function writeKubeconfig({ namespace, serviceAccount }: Workload, { issuerUrl, secret }: RunGrant): RunFile {
  const isPlain = issuerUrl.startsWith('http:');
  const user = serviceAccount.name;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'mintmark', cluster: { server: issuerUrl, ...(isPlain && { 'insecure-skip-tls-verify': true }) } },
    ],
    users: [{ name: user, user: { token: secret } }],
    contexts: [{ name: 'mintmark', context: { cluster: 'mintmark', user, namespace } }],
    'current-context': 'mintmark',
  };
  return { path: KUBECONFIG, mode: 0o600, content: `${JSON.stringify(config, null, 2)}\n`, refreshSeconds: null };
}
