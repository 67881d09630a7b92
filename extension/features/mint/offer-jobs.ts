import type { PlatformInfo } from '../../../daemon/protocol/jobs.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { type FoundJob, findJobs, nameJob } from '../workflow/find-jobs.ts';
import { findDirectory, type JobChoice } from '../workflow/job-choice.ts';
import { listRefs } from '../workflow/list-refs.ts';
import { listPlatforms } from '../workflow/pick-platform.ts';

/** What a form offers to choose from: platforms, and the workspace's jobs, branches and tags. */
export interface JobOffers {
  readonly platforms: readonly PlatformInfo[];
  readonly jobs: readonly FoundJob[];
  readonly refs: readonly string[];
  /** The platform of an issuer; undefined for one that nobody knows, or while no daemon answered. */
  platformOf(slug: string): PlatformInfo | undefined;
  /** Reads what is missing for the jobs of an issuer's platform. @throws MintmarkError what the daemon says */
  load(slug: string): Promise<void>;
  /** Offers a job beside those that are found. @returns its name; empty for one that is in no file */
  add(choice: JobChoice): string;
}

export function offerJobs(session: Pick<DaemonSession, 'call' | 'issuers'>, onChange: () => void): JobOffers {
  let platforms: readonly PlatformInfo[] = [];
  let refs: readonly string[] = [];
  let jobs: readonly FoundJob[] = [];
  let jobsOf: string | null = null;
  const added: FoundJob[] = [];

  const platformOf = (slug: string) => {
    const name = session.issuers.find((issuer) => issuer.slug === slug)?.platform ?? slug;
    return platforms.find((platform) => platform.name === name);
  };
  const loadJobs = async (platform: PlatformInfo): Promise<void> => {
    if (jobsOf === platform.name || platform.events.length === 0) return;
    jobsOf = platform.name;
    const [found, known] = await Promise.all([
      findJobs(session, platform.name),
      listRefs(findDirectory({ slug: platform.name })),
    ]);
    // Another platform may have been chosen meanwhile.
    if (jobsOf !== platform.name) return;
    [jobs, refs] = [found, known];
    onChange();
  };
  return {
    get platforms() {
      return platforms;
    },
    get jobs() {
      const isKnown = ({ name }: FoundJob) => jobs.some((job) => job.name === name);
      return [...jobs, ...added.filter((job) => !isKnown(job))];
    },
    get refs() {
      return refs;
    },
    platformOf,
    async load(slug) {
      if (platforms.length === 0) {
        platforms = await listPlatforms(session);
        onChange();
      }
      const platform = platformOf(slug);
      if (platform !== undefined) await loadJobs(platform);
    },
    add({ file, id }) {
      if (file === undefined || id === undefined) return '';
      const job = { file, id, name: nameJob(file, id), subject: '', isRefused: false, triggers: null };
      added.push(job);
      return job.name;
    },
  };
}
