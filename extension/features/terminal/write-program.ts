import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes the program `mintmark` into a directory: a script that runs the bundle with the runtime that runs us. It is
 * the same until the editor or the extension is updated, and has no secret in it.
 */
export async function writeProgram(directory: string, bundle: string): Promise<void> {
  const isWindows = process.platform === 'win32';
  const path = join(directory, isWindows ? 'mintmark.cmd' : 'mintmark');
  const text = isWindows ? writeBatch([process.execPath, bundle]) : writeShell([process.execPath, bundle]);
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return;
  await mkdir(directory, { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
}

function writeShell(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${quoted} "$@"\n`;
}

function writeBatch(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word.replaceAll('%', '%%')}"`).join(' ');
  return `@setlocal\r\n@set ELECTRON_RUN_AS_NODE=1\r\n@${quoted} %*\r\n`;
}
