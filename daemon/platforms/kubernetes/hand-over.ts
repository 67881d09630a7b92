import type { Job } from '../../jobs/job.ts';
import type { RunFile } from '../../protocol/jobs.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { projectTokens } from './token-files.ts';
import { describeVariables, KUBECONFIG } from './variables.ts';
import { describeWorkload, type Workload } from './workload.ts';

/** Token files, and a kubeconfig for whoever requests tokens. */
export function handOver(job: Job, grant: RunGrant): HandOver {
  return {
    variables: async () => describeVariables(job, grant.directory),
    warnings: isPlain(grant) ? ['kubectl sends its token over https alone: start the daemon with --https for it.'] : [],
    files: async () => [writeKubeconfig(describeWorkload(job), grant), ...(await projectTokens(job, grant))],
  };
}

const isPlain = ({ issuerUrl }: RunGrant): boolean => issuerUrl.startsWith('http:');

/** JSON is YAML. Over http some clients (@kubernetes/client-node) only speak when told not to verify TLS. */
function writeKubeconfig({ namespace, serviceAccount }: Workload, grant: RunGrant): RunFile {
  const { issuerUrl, secret } = grant;
  const user = serviceAccount.name;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'mintmark', cluster: { server: issuerUrl, ...(isPlain(grant) && { 'insecure-skip-tls-verify': true }) } },
    ],
    users: [{ name: user, user: { token: secret } }],
    contexts: [{ name: 'mintmark', context: { cluster: 'mintmark', user, namespace } }],
    'current-context': 'mintmark',
  };
  return { path: KUBECONFIG, mode: 0o600, content: `${JSON.stringify(config, null, 2)}\n`, refreshSeconds: null };
}
