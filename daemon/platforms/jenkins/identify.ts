import type { Job } from '../../jobs/job.ts';
import type { JobIdentity } from '../platform.ts';
import { describeBuild } from './build.ts';

/** The plugin's default claim templates for builds: `sub` is `${JOB_URL}`, `build_number` an integer. */
export function identify(job: Job): JobIdentity {
  return {
    subject: describeBuild(job).jobUrl,
    audience: [job.options.audience ?? ''],
    claims: { build_number: job.runNumber },
    refusal: null,
    warnings: [],
  };
}
