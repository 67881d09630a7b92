import type { Disposable } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { registerCommand } from '../../run-command.ts';

/** *Compare Tokens*. */
export function registerCompare(context: FeatureContext): Disposable {
  return registerCommand(context, COMMANDS.compareTokens, async (argument) => {
    const [{ gatherPair }, { openComparison }] = await Promise.all([
      import('./gather-pair.ts'),
      import('./open-comparison.ts'),
    ]);
    openComparison(context, gatherPair(context.watches, argument));
  });
}
