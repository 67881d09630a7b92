import { commands, type Disposable, l10n, window } from 'vscode';
import { MintmarkError } from '../daemon/problem.ts';
import { COMMANDS, SECTION, SETTINGS } from './contributions.ts';
import { needsTrust } from './explain-unavailable.ts';
import type { FeatureContext } from './feature-context.ts';

const PORT = `${SECTION}.${SETTINGS.port}`;

/**
 * Registers a command whose failure is told to the person, with the way to the log, and never thrown into the editor.
 */
export function registerCommand(
  { log }: Pick<FeatureContext, 'log'>,
  id: string,
  work: (argument: unknown) => Thenable<void> | void,
): Disposable {
  return commands.registerCommand(id, async (argument: unknown) => {
    try {
      await work(argument);
    } catch (error) {
      log.error(id, error);
      await tellProblem(error);
    }
  });
}

/** Tells a failure, with what helps. Only our own errors have words for people; what else breaks is in the log. */
export async function tellProblem(error: unknown): Promise<void> {
  const [help, command, ...parameters] = findHelp(error);
  if ((await window.showErrorMessage(l10n.t('Mintmark: {0}', describeProblem(error)), help)) === help) {
    await commands.executeCommand(command, ...parameters);
  }
}

function describeProblem(error: unknown): string {
  if (!(error instanceof MintmarkError)) return l10n.t('Something went wrong; the log has the details.');
  const message = sayPlainly(error.message);
  return error.code === 'port_busy' ? l10n.t('{0}. The setting {1} names another port.', message, PORT) : message;
}

/** The one action that helps: its title, and the editor's command with what it takes. */
function findHelp(error: unknown): readonly [title: string, command: string, ...parameters: string[]] {
  if (needsTrust(error)) return [l10n.t('Manage Workspace Trust'), 'workbench.trust.manage'];
  if (error instanceof MintmarkError && error.code === 'port_busy') {
    return [l10n.t('Open Setting'), 'workbench.action.openSettings', PORT];
  }
  return [l10n.t('Show Logs'), COMMANDS.showLogs];
}

/** Messages of the editor turn `[words](address)` into links: a text that is not ours must not write one. */
export function sayPlainly(text: string): string {
  return text.replaceAll('](', '] (');
}
