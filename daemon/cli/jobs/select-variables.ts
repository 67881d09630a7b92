/**
 * A test for the names that patterns mean, a `*` standing for any part. Without patterns every name is meant.
 *
 * @param patterns such as `ACTIONS_ID_TOKEN_*`
 */
export function matchNames(patterns: readonly string[]): (name: string) => boolean {
  const forms = patterns.map((pattern) => {
    const parts = pattern.split(/\*+/).map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`);
  });
  return (name) => forms.length === 0 || forms.some((form) => form.test(name));
}

/** The patterns, as of `matchNames`, that mean none of these names. */
export function listUnmatched(patterns: readonly string[], names: readonly string[]): string[] {
  return patterns.filter((pattern) => !names.some(matchNames([pattern])));
}
