import { chmod, writeFile } from 'node:fs/promises';
import { type Uri, workspace } from 'vscode';

/** Writes a secret into a file for its owner alone; the editor's own file system cannot say so. */
export async function writeOwnFile(uri: Uri, text: string): Promise<void> {
  if (uri.scheme !== 'file') return workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  // A file that was there keeps its mode when it is written: close it first. Some file systems have no modes.
  await chmod(uri.fsPath, 0o600).catch(() => {});
  await writeFile(uri.fsPath, text, { mode: 0o600 });
}
