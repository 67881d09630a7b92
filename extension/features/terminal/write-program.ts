import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBatchFile, formatShellScript } from '../../../daemon/client/program-script.ts';

/**
 * Writes the program `mintmark` into a directory: a script that runs the bundle with the runtime that runs us. It is
 * the same until the editor or the extension is updated, and has no secret in it.
 */
export async function writeProgram(directory: string, bundle: string): Promise<void> {
  const isWindows = process.platform === 'win32';
  const path = join(directory, isWindows ? 'mintmark.cmd' : 'mintmark');
  const words = [process.execPath, bundle];
  const text = isWindows ? formatBatchFile(words) : formatShellScript(words);
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return;
  await mkdir(directory, { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
}
