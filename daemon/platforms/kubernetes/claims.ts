import type { ClaimRule } from '../platform.ts';

/** All that is Kubernetes' own is in one claim. */
export const KUBERNETES = 'kubernetes.io';

export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  [KUBERNETES]: {
    type: 'object',
    meaning: 'Namespace and service account, and the pod with its node that the token is bound to, by name and uid.',
  },
};
