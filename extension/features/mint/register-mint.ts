import { Disposable } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { requireDaemon } from '../../require-daemon.ts';
import { isRow } from '../../rows.ts';
import { registerCommand } from '../../run-command.ts';
import type { VirtualDocuments } from '../../virtual-documents.ts';

/** *Mint Token*, for the issuer of a row or `default`, and *Simulate Workflow Job*. */
export function registerMint(context: FeatureContext, documents: VirtualDocuments): Disposable {
  const open = async (mode: 'mint' | 'simulate', slug: string): Promise<void> => {
    await requireDaemon(context.session);
    const { openMintForm } = await import('./open-mint-form.ts');
    openMintForm({ ...context, documents }, mode, slug);
  };
  return Disposable.from(
    registerCommand(context, COMMANDS.mintToken, (argument) =>
      open('mint', isRow(argument, 'issuer') ? argument.slug : 'default'),
    ),
    registerCommand(context, COMMANDS.simulateJob, () => open('simulate', 'generic')),
  );
}
