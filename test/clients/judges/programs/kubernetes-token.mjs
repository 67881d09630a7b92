// Requests tokens for a service account with the kubeconfig of its job: NAMESPACE ACCOUNT SECONDS AUDIENCE…
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';

const [namespace, name, seconds, ...audiences] = process.argv.slice(2);
const config = new KubeConfig();
config.loadFromDefault();
const api = config.makeApiClient(CoreV1Api);
try {
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { audiences, expirationSeconds: Number(seconds) },
  };
  const { status, spec } = await api.createNamespacedServiceAccountToken({ namespace, name, body });
  const isDate = status.expirationTimestamp instanceof Date && !Number.isNaN(status.expirationTimestamp.valueOf());
  console.log(JSON.stringify({ token: status.token, isDate, seconds: spec.expirationSeconds }));
} catch (error) {
  console.error(JSON.stringify({ code: error.code, status: JSON.parse(error.body ?? 'null'), text: String(error) }));
  process.exitCode = 1;
}
