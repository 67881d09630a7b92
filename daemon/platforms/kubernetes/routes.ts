import { MintmarkError } from '../../problem.ts';
import { formatMilliseconds } from '../../token/time-words.ts';
import { readBearer } from '../bearer-token.ts';
import { answerJson, type LiveRun, type PlatformAnswer, type PlatformRoute } from '../platform.ts';
import { KUBERNETES } from './claims.ts';
import { kubernetesProfile } from './profile.ts';
import { readObject } from './read-body.ts';
import { answerStatus } from './status.ts';
import { readTokenRequest, type TokenRequest } from './token-request.ts';
import { describeBinding, describeWorkload, formatSubject } from './workload.ts';

/**
 * TokenRequest (Kubernetes API: `authentication/v1`), for the job's own service account: it has no right to another's.
 * It lies below the issuer's URL, which is the cluster's.
 */
export const routes: readonly PlatformRoute[] = [
  {
    path: '/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token',
    bodyEncoding: 'latin1',
    answer: async ({ method, members, headers, body }, site) => {
      const run = site.findRun(readBearer(headers.authorization));
      if (run === null) return answerStatus({ status: 401, message: 'Unauthorized' });
      if (method !== 'POST') {
        const message = 'the server does not allow this method on the requested resource';
        return { ...answerStatus({ status: 405, message, details: {} }), headers: { allow: 'POST' } };
      }
      const workload = describeWorkload(run.job);
      const { namespace = '', account = '' } = members;
      if (namespace !== workload.namespace || account !== workload.serviceAccount.name) {
        const what = `cannot create resource "serviceaccounts/token" in API group "" in the namespace "${namespace}"`;
        const message = `serviceaccounts "${account}" is forbidden: User "${formatSubject(workload)}" ${what}`;
        return answerStatus({ status: 403, message, details: { name: account, kind: 'serviceaccounts' } });
      }
      const wanted = readTokenRequest(readObject(body, headers['content-type'] ?? ''), workload);
      return 'status' in wanted ? answerStatus(wanted) : await answerToken(run, wanted);
    },
  },
];

/** A longer life than the cluster allows is shortened to that. */
async function answerToken(run: LiveRun, wanted: TokenRequest): Promise<PlatformAnswer> {
  const workload = describeWorkload(run.job);
  const { audiences, boundObjectRef } = wanted;
  const audience = audiences.length === 0 ? [run.job.issuerUrl] : audiences;
  const expirationSeconds = Math.min(wanted.expirationSeconds, kubernetesProfile.maxTtlSeconds);
  try {
    const { token, expiresAt } = await run.mint({
      audience,
      ttlSeconds: expirationSeconds,
      claims: { [KUBERNETES]: describeBinding(workload, wanted.binding) },
    });
    return answerJson(201, {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {
        name: workload.serviceAccount.name,
        namespace: workload.namespace,
        creationTimestamp: formatMilliseconds(Date.parse(expiresAt) - expirationSeconds * 1_000),
      },
      spec: { audiences: audience, expirationSeconds, boundObjectRef },
      status: { token, expirationTimestamp: expiresAt },
    });
  } catch (error) {
    if (error instanceof MintmarkError) return answerStatus({ status: 400, message: error.message });
    throw error;
  }
}
