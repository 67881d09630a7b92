/** Member names come from the caller: only plain ones are repeated to him. */
const PLAIN_NAME = /^[\w.-]{1,64}$/;

/** The way to a member, as `claims.groups.0`; empty for the request itself. */
export function nameMembers(path: readonly PropertyKey[]): string {
  return path.map((name) => (PLAIN_NAME.test(String(name)) ? String(name) : '(a member)')).join('.');
}
