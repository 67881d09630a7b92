import type { Job } from '../../jobs/job.ts';
import type { JobIdentity } from '../platform.ts';
import { describeInstance, type Instance } from './instance.ts';

/**
 * What the token of an instance says: nothing that starts a job changes it. It is that of `format=full`, which the
 * libraries of Google ask for; who asks for the standard format gets less (`STANDARD_CLAIMS`).
 */
export function identify(job: Job): JobIdentity {
  const instance = describeInstance(job);
  return {
    subject: instance.accountId,
    audience: job.issuerUrl,
    claims: listFullClaims(instance, false),
    refusal: null,
    warnings: [],
  };
}

/** docs: Verifying the identity of VMs, "Token contents" */
export function listFullClaims(instance: Instance, hasLicenses: boolean) {
  return {
    azp: instance.accountId,
    email: instance.email,
    email_verified: true,
    ...(instance.isComputeEngine && {
      google: {
        compute_engine: {
          instance_creation_timestamp: instance.createdAt,
          instance_id: instance.id,
          instance_name: instance.name,
          ...(hasLicenses && { license_id: instance.licenses }),
          project_id: instance.project,
          project_number: instance.projectNumber,
          zone: instance.zone,
        },
      },
    }),
  };
}

/** Takes away what the full format adds. */
export const STANDARD_CLAIMS = { email: undefined, email_verified: undefined, google: undefined };
