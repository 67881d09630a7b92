import type { Job } from '../../jobs/job.ts';
import type { JobIdentity } from '../platform.ts';
import { describeMachine, formatSubject } from './machine.ts';

/** What the token of a machine says (docs: OpenID Connect): nothing that starts a job changes its sub. */
export function identify(job: Job): JobIdentity {
  const machine = describeMachine(job);
  return {
    subject: formatSubject(machine),
    audience: `https://fly.io/${machine.organization}`,
    claims: {
      app_id: machine.appId,
      app_name: machine.app,
      image: machine.image,
      image_digest: machine.imageDigest,
      machine_id: machine.id,
      machine_name: machine.name,
      machine_version: machine.version,
      org_id: machine.organizationId,
      org_name: machine.organization,
      region: machine.region,
    },
    refusal: null,
    warnings: [],
  };
}
