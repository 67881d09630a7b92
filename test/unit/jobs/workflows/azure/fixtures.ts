import type { ListedJob } from '../../../../../daemon/jobs/resolve-job.ts';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { namesOf, readJobs } from '../../fixtures.ts';

export const AZURE_PATH = 'azure-pipelines.yml';
const OPTIONS = { 'service-connection': { meaning: 'x', default: '' } };

/** Jobs of an azure-pipelines.yml with this text, beside other files. */
export const readAzure = (
  text: string,
  more: Readonly<Record<string, string>> = {},
  query: JobQuery = {},
): Promise<Readonly<Record<string, ListedJob>>> => readJobs(AZURE_PATH, text, query, more, OPTIONS);

export const connectionOf = (job: ListedJob | undefined): string | undefined => job?.job.options['service-connection'];

/** Of each job its id, environment, service connection, and what of it is not known. */
export const summarizeAzure = (jobs: Readonly<Record<string, ListedJob>>): unknown =>
  Object.values(jobs).map((job) => [job.id, job.job.environment, connectionOf(job), namesOf(job)]);
