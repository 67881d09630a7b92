import { type ConfigurationScope, languages, type TextDocument, workspace } from 'vscode';
import { SECTION, SETTINGS } from '../../contributions.ts';
import { TEXT_SCHEME } from '../../virtual-documents.ts';
import { fileOf } from './file-of.ts';
import { SEVERITIES, type Severity } from './list-problems.ts';

/** What holds where the settings say nothing, or nothing of the right type. */
const LISTS = { [SETTINGS.detectLanguages]: ['*'], [SETTINGS.detectExclude]: ['**/*.log'] } as const;
type ListSetting = keyof typeof LISTS;

/** The editor hands out what a workspace has written as it stands, whatever the manifest says of its type. */
function readList(
  scope: ConfigurationScope | undefined,
  name: ListSetting,
): { texts: readonly string[]; fits: boolean } {
  const value = workspace.getConfiguration(SECTION, scope).get<unknown>(name, LISTS[name]);
  if (!Array.isArray(value)) return { texts: LISTS[name], fits: false };
  const texts = value.filter((entry) => typeof entry === 'string');
  return { texts, fits: texts.length === value.length };
}

/** The lists that are none, or hold more than texts, in a folder or in all of the window. */
export function listUnfitSettings(scope?: ConfigurationScope): string[] {
  const names = [SETTINGS.detectLanguages, SETTINGS.detectExclude] as const;
  return names.filter((name) => !readList(scope, name).fits).map((name) => `${SECTION}.${name}`);
}

/** Are tokens looked for in documents of this language? */
export function isDetected(document: TextDocument): boolean {
  const { texts } = readList(document, SETTINGS.detectLanguages);
  return texts.includes('*') || texts.includes(document.languageId);
}

export function hasLenses(document: TextDocument): boolean {
  const isEnabled = workspace.getConfiguration(SECTION, document).get<unknown>(SETTINGS.codeLensEnabled, true);
  return isEnabled !== false && isDetected(document);
}

/** The highest severity of problems in a document; null where none are reported. */
export function readHighestSeverity(document: TextDocument): Severity | null {
  const settings = workspace.getConfiguration(SECTION, document);
  const wanted = settings.get<unknown>(SETTINGS.diagnosticsSeverity, 'warning');
  const highest = wanted === 'off' ? null : (SEVERITIES.find((severity) => severity === wanted) ?? 'warning');
  if (highest === null || !isDetected(document) || !isOwnText(document)) return null;
  const { texts: excluded } = readList(document, SETTINGS.detectExclude);
  return excluded.some((pattern) => languages.match({ pattern }, document) > 0) ? null : highest;
}

/** Where people's own texts live: on this machine, on another one, in a virtual workspace, unsaved, or made by us. */
const OWN_SCHEMES: ReadonlySet<string> = new Set(['file', 'untitled', 'vscode-remote', 'vscode-vfs', TEXT_SCHEME]);

/** A text of the person, or a cell of one: neither an older version of a file, nor output, nor a log. */
function isOwnText(document: TextDocument): boolean {
  if (document.languageId.toLowerCase() === 'log') return false;
  const uri = fileOf(document);
  return OWN_SCHEMES.has(uri.scheme) || workspace.getWorkspaceFolder(uri) !== undefined;
}
