import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listWorkflowJobs, resolveJob } from '../../../daemon/jobs/resolve-job.ts';
import {
  EVENTS,
  EXPECTED_JOBS,
  STARTING_EVENTS,
  type StartEvent,
} from '../../support/workflow-repository/expected-jobs.ts';
import { git, writeWorkflowRepository } from '../../support/workflow-repository/write-repository.ts';
import { FRAME, makeDirectory } from './fixtures.ts';

const REFS: Readonly<Record<StartEvent, string>> = {
  push: 'refs/heads/main',
  tag: 'refs/tags/v1.2.0',
  pull_request: 'refs/pull/7/merge',
  fork: 'refs/pull/7/merge',
  schedule: 'refs/heads/main',
  manual: 'refs/heads/main',
};

describe('a repository of over thirty jobs', () => {
  it('has as many', () => {
    expect(Object.values(EXPECTED_JOBS).flatMap((jobs) => Object.keys(jobs)).length).toBeGreaterThan(30);
  });

  it.each(EVENTS)('is understood as its platform would, for %s', async (event) => {
    const { directory, sha } = writeWorkflowRepository(makeDirectory());
    git(directory, 'tag', 'v1.2.0');
    for (const [file, jobs] of Object.entries(EXPECTED_JOBS)) {
      const found = await listWorkflowJobs(join(directory, file), null, { event }, FRAME);
      const seen = Object.fromEntries(
        found.map(({ id, job, unknowns, warnings, isLeftOut }) => [
          id,
          {
            ref: job.ref,
            sha: job.sha,
            workflowFile: job.workflowFile,
            environment: job.environment,
            idToken: job.workflow?.idToken,
            reusableWorkflow: job.reusableWorkflow,
            unknowns: unknowns.map(({ expression }) => expression),
            isSkipped: warnings.some((text) => text.includes('would be skipped')),
            isStarted: !warnings.some((text) => text.includes('does not start this workflow')),
            isLeftOut,
          },
        ]),
      );
      const expected = Object.fromEntries(
        Object.entries(jobs).map(([id, job]) => [
          id,
          {
            ref: REFS[event],
            sha,
            workflowFile: file,
            environment: job.differs[event]?.environment ?? job.environment,
            idToken: job.idToken,
            reusableWorkflow: job.reusableWorkflow?.replace('{ref}', REFS[event]) ?? null,
            unknowns: job.differs[event]?.unknowns ?? job.unknowns,
            isSkipped: job.skippedFor.includes(event),
            isStarted: STARTING_EVENTS[file]?.includes(event),
            isLeftOut: job.skippedFor.includes(event) || STARTING_EVENTS[file]?.includes(event) === false,
          },
        ]),
      );
      expect(seen).toEqual(expected);
    }
  });

  it('gives each job by its name, with what git says', async () => {
    const { directory } = writeWorkflowRepository(makeDirectory());
    const job = `${join(directory, '.github/workflows/release.yml')}#nested/inner/upload`;
    const resolved = await resolveJob({ job, event: 'push' }, FRAME);
    expect(resolved.job).toMatchObject({
      owner: 'acme',
      repository: 'widgets',
      host: 'github.com',
      actor: 'octocat',
      environment: 'production-npm',
      jobId: 'upload',
      workflowName: '.github/workflows/release.yml',
    });
  });
});
