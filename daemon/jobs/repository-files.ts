import { type RunGit, runGit } from './run-git.ts';

/**
 * Files of a repository by a pattern of git's (gitglossary(7), "pathspec"): those that git has or would take, which are
 * there for the platform once they are committed. What `.gitignore` leaves out,
 * `node_modules` for one, is none of them.
 * @param pattern below the root, with slashes; `*` and `?` stand for slashes, too
 * @returns paths below the root, in git's order; null where git does not say it, or says too much
 */
export async function listRepositoryFiles(
  root: string,
  pattern: string,
  git: RunGit = runGit,
): Promise<readonly string[] | null> {
  // A pattern that begins with a colon would say something else.
  const options = ['--cached', '--others', '--exclude-standard', '--', `./${pattern}`];
  const answer = await git(root, ['-c', 'core.quotePath=false', 'ls-files', ...options]);
  // In quotes is a name that nobody gives a workflow file; a list without it would lack one.
  if (answer.kind !== 'said' || answer.lines.some((line) => line.startsWith('"'))) return null;
  // A slash at the end is a repository of its own, of which git says nothing here.
  const files = answer.lines.filter((line) => !line.endsWith('/'));
  return [...new Set(files)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
