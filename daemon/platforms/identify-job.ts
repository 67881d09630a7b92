import { objectToSubject } from '../issuer/claims.ts';
import type { Job } from '../jobs/job.ts';
import type { JobIdentity, Platform } from './platform.ts';

/** Code of the refusal of a job whose `sub` no token of ours may have. */
export const SUBJECT_REFUSAL = 'subject';

/** What the token of a job says; a job whose `sub` could never be minted gets none. */
export function identifyJob(platform: Platform, job: Job): JobIdentity {
  const identity = platform.identify(job);
  const objection = objectToSubject(identity.subject);
  if (identity.refusal !== null || objection === null) return identity;
  const detail = `The subject would have ${objection}, and no token is minted with it.`;
  const mend = 'Shorten or clean what it is made of: environment, ref and the names of the job.';
  return { ...identity, refusal: { code: SUBJECT_REFUSAL, detail, mend } };
}
