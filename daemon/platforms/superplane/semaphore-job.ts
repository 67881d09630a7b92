import type { Job } from '../../jobs/job.ts';

/** The same job as Semaphore, which runs it, sees it: a workflow that somebody's API call started. */
export function toSemaphoreJob(job: Job): Job {
  return {
    ...job,
    issuerUrl: `${job.baseUrl}/issuers/semaphore`,
    trigger: 'manual',
    event: 'api',
    options: { ...job.options, 'job-type': 'pipeline_job', promotion: 'no', 'pipeline-rerun': 'false' },
  };
}
