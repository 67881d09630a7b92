import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ListedJob, listWorkflowJobs } from '../../../daemon/jobs/resolve-job.ts';
import type { JobSources, PlatformFrame } from '../../../daemon/jobs/situation.ts';
import { NOT_THERE, type Sibling } from '../../../daemon/jobs/workflow-file.ts';
import { MintmarkError } from '../../../daemon/problem.ts';
import type { JobQuery } from '../../../daemon/protocol/jobs.ts';

export const FRAME: PlatformFrame = {
  issuerUrl: 'http://localhost:6468/issuers/test',
  baseUrl: 'http://localhost:6468',
  runKey: 'run',
  platformOptions: {},
};

export function makeDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'mintmark-jobs-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const toSibling = (text: string | undefined): Sibling => (text === undefined ? NOT_THERE : { text });

/** Files by absolute path, and no git. */
export function inMemory(files: Readonly<Record<string, string>> = {}): JobSources {
  return {
    readGit: async () => ({ facts: {}, tag: null, notes: [] }),
    readCommit: async () => ({ facts: {}, notes: [] }),
    readText: async (path) => files[path] ?? null,
    readSibling: async (root, path) => toSibling(files[join(root, path)]),
    listSiblings: async (root) =>
      Object.keys(files)
        .map((path) => relative(root, path))
        .sort(),
  };
}

export const ROOT = '/repository';

/**
 * The jobs of a file by id.
 *
 * @param more other files of the repository, by path below the root
 * @param platformOptions that a file may decide
 */
export async function readJobs(
  path: string,
  text: string,
  query: JobQuery = {},
  more: Readonly<Record<string, string>> = {},
  platformOptions: PlatformFrame['platformOptions'] = {},
): Promise<Readonly<Record<string, ListedJob>>> {
  const files = Object.fromEntries(Object.entries(more).map(([below, one]) => [join(ROOT, below), one]));
  const jobs = await listWorkflowJobs(join(ROOT, path), text, query, { ...FRAME, platformOptions }, inMemory(files));
  return Object.fromEntries(jobs.map((job) => [job.id, job]));
}

/** `[code, message]` of what is thrown. */
export async function problemOf(act: () => unknown): Promise<readonly [string, string]> {
  try {
    await act();
  } catch (error) {
    if (error instanceof MintmarkError) return [error.code, error.message];
    throw error;
  }
  return ['none', ''];
}

export function namesOf(job: ListedJob | undefined): readonly string[] | undefined {
  return job?.unknowns.map(({ expression }) => expression);
}
