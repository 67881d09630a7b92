import type { Job } from '../../jobs/job.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { describeVariables } from '../semaphore/variables.ts';
import { describeExecution } from './identify.ts';
import { injectParameters } from './parameters.ts';
import { toSemaphoreJob } from './semaphore-job.ts';

/** A job of Semaphore, which hands the parameters of its workflow on as variables. */
export function handOver(job: Job, grant: RunGrant): HandOver {
  return {
    async variables() {
      // An integration's token never leaves SuperPlane.
      const isGiven = !grant.refusal && job.options.kind !== 'integration';
      const token = isGiven ? (await grant.mint({})).token : null;
      return injectParameters(describeVariables(toSemaphoreJob(job)), describeExecution(job), token);
    },
  };
}
