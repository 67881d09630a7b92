import type { Disposable } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { requireDaemon } from '../../require-daemon.ts';
import { isRow } from '../../rows.ts';
import { registerCommand } from '../../run-command.ts';

/** *Show Key Timeline*, of the issuer of a row or of `default`: the page lets choose another. */
export function registerTimeline(context: FeatureContext): Disposable {
  return registerCommand(context, COMMANDS.showKeyTimeline, async (argument) => {
    await requireDaemon(context.session);
    const { openTimeline } = await import('./open-timeline.ts');
    openTimeline(context, isRow(argument, 'issuer') ? argument.slug : 'default');
  });
}
