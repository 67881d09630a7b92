import type { PlatformName } from '../../../daemon/protocol/resources.ts';

/**
 * Files in which a platform's jobs are described. The daemon reads more; these say by
 * their place or name that they are.
 */
interface WorkflowFiles {
  readonly platform: PlatformName;
  /** As the editor matches them: anywhere in a workspace. */
  readonly glob: string;
  /** The same for a path with slashes; what is before the match is the repository. */
  readonly path: RegExp;
}

export const WORKFLOW_FILES: readonly WorkflowFiles[] = [
  {
    platform: 'github-actions',
    glob: '**/.github/workflows/*.{yml,yaml}',
    path: /\/\.github\/workflows\/[^/]+\.ya?ml$/i,
  },
  {
    platform: 'forgejo',
    glob: '**/.{forgejo,gitea}/workflows/*.{yml,yaml}',
    path: /\/\.(?:forgejo|gitea)\/workflows\/[^/]+\.ya?ml$/i,
  },
  { platform: 'depot', glob: '**/.depot/workflows/*.{yml,yaml}', path: /\/\.depot\/workflows\/[^/]+\.ya?ml$/i },
  { platform: 'gitlab', glob: '**/*.gitlab-ci.{yml,yaml}', path: /\/[^/]*\.gitlab-ci\.ya?ml$/i },
  { platform: 'semaphore', glob: '**/.semaphore/**/*.{yml,yaml}', path: /\/\.semaphore\/.+\.ya?ml$/i },
  { platform: 'circleci', glob: '**/.circleci/*.{yml,yaml}', path: /\/\.circleci\/[^/]+\.ya?ml$/i },
  { platform: 'buildkite', glob: '**/.buildkite/**/*.{yml,yaml}', path: /\/\.buildkite\/.+\.ya?ml$/i },
  { platform: 'bitbucket', glob: '**/bitbucket-pipelines.{yml,yaml}', path: /\/bitbucket-pipelines\.ya?ml$/i },
  { platform: 'azure-devops', glob: '**/azure-pipelines*.{yml,yaml}', path: /\/azure-pipelines[^/]*\.ya?ml$/i },
  { platform: 'azure-devops', glob: '**/.azure-pipelines/**/*.{yml,yaml}', path: /\/\.azure-pipelines\/.+\.ya?ml$/i },
];

export interface PlacedWorkflow {
  readonly platform: PlatformName;
  /** Directory of its repository, absolute. */
  readonly root: string;
}

/**
 * Whose workflow file it is, by its path; null when it is none.
 * @param path absolute
 */
export function placeWorkflow(path: string): PlacedWorkflow | null {
  const slashed = path.replaceAll('\\', '/');
  for (const { platform, path: pattern } of WORKFLOW_FILES) {
    const at = slashed.search(pattern);
    if (at >= 0) return { platform, root: path.slice(0, Math.max(at, 1)) };
  }
  return null;
}
