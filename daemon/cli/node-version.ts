/** The oldest Node that the bundle runs under: older ones crash inside the native SQLite. */
const OLDEST = [22, 12] as const;

/** The one line that an older Node gets to see; null for one that will do. `version` is like `22.12.0`. */
export function refuseOldNode(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null;
  return `mintmark needs Node ${oldestMajor}.${oldestMinor} or newer; this is ${version}`;
}
