import type { Platform } from '../platform.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { OPTIONS } from './options.ts';
import { kubernetesProfile } from './profile.ts';
import { routes } from './routes.ts';
import { answerStatus } from './status.ts';

/** A pod of a Kubernetes cluster (kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin). */
export const kubernetes: Platform = {
  label: 'Kubernetes',
  profile: kubernetesProfile,
  delivery:
    'The pod reads its projected token from a file (KUBERNETES_TOKEN_FILE here; /var/run/secrets cannot be made), or requests one from the API server of its kubeconfig.',
  events: ['manual', 'schedule'],
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT', 'KUBERNETES_TOKEN_FILE'],
  routes,
  describeFailure: (status, message) => answerStatus({ status, message }),
  realIssuer: () => null,
};
