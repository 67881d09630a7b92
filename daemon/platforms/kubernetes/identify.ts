import type { Job } from '../../jobs/job.ts';
import type { JobIdentity } from '../platform.ts';
import { KUBERNETES } from './claims.ts';
import { describeBinding, describeWorkload, formatSubject } from './workload.ts';

/** How long the kubelet asks the pod's own token for, seconds (its `WarnOnlyBoundTokenExpirationPeriod`). */
const WARN_AFTER_SECONDS = 3_607;

/**
 * What the pod's own token says, which is for the API server: nothing that starts a job
 * changes it. Clusters let it live on after `warnafter` for clients of old, each as long
 * as it is told to; this one lets it live the hour that others do. A token for anybody else
 * has no such claim.
 */
export function identify(job: Job): JobIdentity {
  const workload = describeWorkload(job);
  const claim = describeBinding(workload, 'Pod');
  return {
    subject: formatSubject(workload),
    audience: [job.issuerUrl],
    claims: { [KUBERNETES]: claim },
    claimsAt: (issuedAt, audience) =>
      audience.every((member) => member === job.issuerUrl)
        ? { [KUBERNETES]: { ...claim, warnafter: issuedAt + WARN_AFTER_SECONDS } }
        : {},
    refusal: null,
    warnings: [],
  };
}
