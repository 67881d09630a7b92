import { ROLE_ARN, ROLE_ARN_FORM, UUID } from '../option-values.ts';
import type { PlatformOption } from '../platform.ts';

/** A DNS label (RFC 1123), or nothing. */
const LABEL = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/;
/** Labels with dots between them. */
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** What only the cluster knows of a job. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  namespace: { meaning: 'Namespace of the pod', default: 'ci', pattern: NAME },
  'service-account': { meaning: 'Service account of the pod', default: 'runner', pattern: NAME },
  pod: { meaning: 'Name of the pod; made of the service account and the run without it', default: '', pattern: LABEL },
  node: { meaning: 'Name of the node', default: 'node-1', pattern: NAME },
  'aws-role-arn': {
    meaning: `Role that the service account is annotated with, on EKS: ${ROLE_ARN_FORM}`,
    default: '',
    pattern: ROLE_ARN,
  },
  'azure-client-id': {
    meaning: 'Client id that the service account is annotated with, on AKS',
    default: '',
    pattern: UUID,
  },
  'azure-tenant-id': { meaning: 'Tenant of that client', default: '', pattern: UUID },
};
