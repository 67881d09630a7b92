const LONGEST = 200;
const MOST_STARS = 10;

/** Is it a pattern that is looked up here? GitLab has `*` and `**`; any other character is itself. */
export function isWildcard(path: string): boolean {
  const stars = path.match(/\*+/g)?.length ?? 0;
  return stars > 0 && stars <= MOST_STARS && path.length <= LONGEST;
}

/** The pattern for git, which finds all that GitLab's finds, and more. */
export function toPathspec(pattern: string): string {
  return pattern
    .replace(/\*+\/?/g, (stars) => (stars.startsWith('**') || !stars.endsWith('/') ? '*' : '*/'))
    .replace(/[?[\]\\]/g, '?');
}

/**
 * Does a pattern of `include:local` match a path (`Repository#search_files_by_wildcard_path` of GitLab)? `*` is
 * anything but a slash, `**` anything, and `**` with a slash any directories, or none. An older GitLab wants one at
 * least, as its documentation has it.
 * @param needsDirectory is it an older one?
 */
export function matchesWildcard(pattern: string, path: string, needsDirectory = false): boolean {
  // Where in the path a match may have come to; all of them at once, so that no pattern takes long.
  let reached = Array.from({ length: path.length + 1 }, (_, at) => at === 0);
  for (const [token] of pattern.matchAll(/\*\*\/?|\*|[^*]/g)) {
    const before = reached;
    let isOpen = false;
    reached = before.map((isReached, at) => {
      const last = path[at - 1];
      if (!token.startsWith('*')) return before[at - 1] === true && last === token;
      const wasOpen = isOpen;
      isOpen = isReached || (isOpen && (token !== '*' || last !== '/'));
      if (token !== '**/') return isOpen;
      return (isReached && !needsDirectory) || (wasOpen && last === '/');
    });
  }
  return reached.at(-1) === true;
}
