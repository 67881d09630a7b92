import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file names under which better-sqlite3 ships its prebuilt libraries. */
export function nameNativeBinding(platform: NodeJS.Platform, arch: string, musl: boolean): string {
  return `${platform === 'linux' && musl ? 'linuxmusl' : platform}-${arch}.node`;
}

/** The library beside the bundle, or undefined where the package's own lookup finds it (running from sources). */
export function findNativeBinding(directory: string): string | undefined {
  const native = join(directory, 'native');
  if (!existsSync(native)) return undefined;
  return join(native, nameNativeBinding(process.platform, process.arch, runsOnMusl()));
}

/** Is musl's loader mapped into this process? Cheaper than a diagnostic report, which takes tens of milliseconds. */
function runsOnMusl(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return readFileSync('/proc/self/maps', 'latin1').includes('/ld-musl-');
  } catch {
    return false;
  }
}
