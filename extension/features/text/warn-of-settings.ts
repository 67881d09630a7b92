import { Disposable, type LogOutputChannel, workspace } from 'vscode';
import { SECTION } from '../../contributions.ts';
import { listUnfitSettings } from './read-settings.ts';

/** Says in the log, once until they change, which settings are not of their type and so do not count. */
export function warnOfSettings(log: Pick<LogOutputChannel, 'warn'>): Disposable {
  let told = '';
  const look = () => {
    const folders = workspace.workspaceFolders ?? [];
    const unfit = new Set([listUnfitSettings(), ...folders.map(({ uri }) => listUnfitSettings(uri))].flat());
    const names = [...unfit].sort().join(', ');
    if (names !== told && names !== '')
      log.warn(`not lists of texts, and what is no text in them does not count: ${names}`);
    told = names;
  };
  look();
  return Disposable.from(
    workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(SECTION) && look()),
    workspace.onDidChangeWorkspaceFolders(look),
  );
}
