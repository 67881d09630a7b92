import { commands, type Disposable, l10n, window } from 'vscode';
import { MintmarkError } from '../daemon/problem.ts';
import { COMMANDS } from './contributions.ts';
import { needsTrust } from './explain-unavailable.ts';
import type { FeatureContext } from './feature-context.ts';

/** The editor's own command. */
const MANAGE_TRUST = 'workbench.trust.manage';

/** Registers a command whose failure is told to the person, with the way to the log, and never thrown into the editor. */
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
  const message =
    error instanceof MintmarkError
      ? sayPlainly(error.message)
      : l10n.t('Something went wrong; the log has the details.');
  const [help, command] = needsTrust(error)
    ? [l10n.t('Manage Workspace Trust'), MANAGE_TRUST]
    : [l10n.t('Show Logs'), COMMANDS.showLogs];
  if ((await window.showErrorMessage(l10n.t('Mintmark: {0}', message), help)) === help) {
    await commands.executeCommand(command);
  }
}

/** Messages of the editor turn `[words](address)` into links: a text that is not ours must not write one. */
export function sayPlainly(text: string): string {
  return text.replaceAll('](', '] (');
}
