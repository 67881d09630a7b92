import { commands, type Disposable } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';

/** *Show Logs*. */
export function registerLogs({ log }: FeatureContext): Disposable {
  return commands.registerCommand(COMMANDS.showLogs, () => log.show());
}
