import { languages, type TextDocument, workspace } from 'vscode';
import { SECTION, SETTINGS } from '../../contributions.ts';
import { TEXT_SCHEME } from '../../virtual-documents.ts';
import { SEVERITIES, type Severity } from './list-problems.ts';

/** Are tokens looked for in documents of this language? */
export function isDetected(document: TextDocument): boolean {
  const wanted = workspace.getConfiguration(SECTION, document).get<readonly string[]>(SETTINGS.detectLanguages, ['*']);
  return wanted.includes('*') || wanted.includes(document.languageId);
}

export function hasLenses(document: TextDocument): boolean {
  return workspace.getConfiguration(SECTION, document).get(SETTINGS.codeLensEnabled, true) && isDetected(document);
}

/** The highest severity of problems in a document; null where none are reported. */
export function readHighestSeverity(document: TextDocument): Severity | null {
  const settings = workspace.getConfiguration(SECTION, document);
  const highest = SEVERITIES.find((severity) => severity === settings.get(SETTINGS.diagnosticsSeverity, 'warning'));
  if (highest === undefined || !isDetected(document) || !isOwnText(document)) return null;
  const excluded = settings.get<readonly string[]>(SETTINGS.detectExclude, []);
  return excluded.some((pattern) => languages.match({ pattern }, document) > 0) ? null : highest;
}

/** Where people's own texts live: on this machine, on another one, in a virtual workspace, unsaved, or made by us. */
const OWN_SCHEMES: ReadonlySet<string> = new Set(['file', 'untitled', 'vscode-remote', 'vscode-vfs', TEXT_SCHEME]);

/** A text of the person: neither an older version of a file, nor output, nor a log. */
function isOwnText({ uri, languageId }: TextDocument): boolean {
  if (languageId.toLowerCase() === 'log') return false;
  return OWN_SCHEMES.has(uri.scheme) || workspace.getWorkspaceFolder(uri) !== undefined;
}
