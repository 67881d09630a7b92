import { l10n, Uri, window, workspace } from 'vscode';
import { sayPlainly } from '../../run-command.ts';

/** Adds the file of a quick fix to the `.gitignore` of its workspace folder, which is made where there is none. */
export async function ignoreFile(argument: unknown): Promise<void> {
  if (typeof argument !== 'string') return;
  const file = Uri.parse(argument);
  const folder = workspace.getWorkspaceFolder(file);
  if (folder === undefined || !/^[^\r\n]+$/.test(file.path)) return;
  if (!file.path.startsWith(`${folder.uri.path}/`)) return;
  const pattern = writePattern(file.path.slice(folder.uri.path.length));
  const list = Uri.joinPath(folder.uri, '.gitignore');
  const text = await readText(list);
  if (!text.split(/\r?\n/).includes(pattern)) {
    const ended = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    await workspace.fs.writeFile(list, new TextEncoder().encode(`${ended}${pattern}\n`));
  }
  const message = l10n.t(
    '{0} is in .gitignore. If Git tracks the file already, it goes on doing so.',
    sayPlainly(pattern),
  );
  void window.showInformationMessage(message);
}

/** A path from the folder on, of which nothing is a pattern (gitignore(5)). */
const writePattern = (path: string): string => path.replace(/[\\*?[\]]/g, '\\$&').replace(/ $/, '\\ ');

async function readText(uri: Uri): Promise<string> {
  try {
    return new TextDecoder().decode(await workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'FileNotFound') return '';
    throw error;
  }
}
