/**
 * The oldest Node of each line that the bundle runs under: the native SQLite wants Node-API 10
 * (nodejs.org/api/n-api.html, "Node-API version matrix") and crashes without it. Lines before the first have it in no
 * version, later ones in every.
 */
const OLDEST_MINOR = new Map([
  [22, 14],
  [23, 6],
]);

/** The one line that an older Node gets to see; null for one that will do. `version` is like `22.14.0`. */
export function refuseOldNode(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 23 || minor >= (OLDEST_MINOR.get(major) ?? Number.POSITIVE_INFINITY)) return null;
  return `mintmark needs Node 22.14, 23.6 or newer; this is ${version}`;
}
