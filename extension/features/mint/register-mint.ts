import { Disposable } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { requireDaemon } from '../../require-daemon.ts';
import { isRow, readWatchId } from '../../rows.ts';
import { registerCommand } from '../../run-command.ts';
import type { VirtualDocuments } from '../../virtual-documents.ts';

/** *Mint Token*, for the issuer of a row or `default`, or like the watched token of a row, and *Simulate Workflow Job*. */
export function registerMint(context: FeatureContext, documents: VirtualDocuments): Disposable {
  const open = async (mode: 'mint' | 'simulate', slug: string, watchId?: string): Promise<void> => {
    await requireDaemon(context.session);
    const [{ openMintForm }, { draftLike }] = await Promise.all([
      import('./open-mint-form.ts'),
      import('./draft-like.ts'),
    ]);
    const watched = context.watches.pinned.find(({ id }) => id === watchId);
    openMintForm({ ...context, documents }, mode, slug, watched && draftLike(context.session.issuers, watched));
  };
  return Disposable.from(
    registerCommand(context, COMMANDS.mintToken, (argument) =>
      open('mint', isRow(argument, 'issuer') ? argument.slug : 'default', readWatchId(argument)),
    ),
    registerCommand(context, COMMANDS.simulateJob, () => open('simulate', 'generic')),
  );
}
