import { Disposable } from 'vscode';
import type { MintDraft } from '../../../webview/protocol.ts';
import { COMMANDS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { requireDaemon } from '../../require-daemon.ts';
import { isRow, readWatchId } from '../../rows.ts';
import { registerCommand } from '../../run-command.ts';
import type { VirtualDocuments } from '../../virtual-documents.ts';

/**
 * *Mint Token*, for the issuer of a row, like the watched token of a row, or as the form
 * was left; *Simulate Workflow Job*.
 */
export function registerMint(context: FeatureContext, documents: VirtualDocuments): Disposable {
  const readWishes = async (argument: unknown): Promise<Partial<MintDraft>> => {
    if (isRow(argument, 'issuer')) return { slug: argument.slug, job: '', event: '', ref: '', options: [] };
    const watchId = readWatchId(argument);
    const watched = context.watches.pinned.find(({ id }) => id === watchId);
    if (watched === undefined) return {};
    const [{ draftLike }, { EMPTY_DRAFT }] = await Promise.all([import('./draft-like.ts'), import('./draft-job.ts')]);
    return { ...EMPTY_DRAFT, ...draftLike(context.session.issuers, watched) };
  };
  return Disposable.from(
    registerCommand(context, COMMANDS.mintToken, async (argument) => {
      await requireDaemon(context.session);
      const { openMintForm } = await import('./open-mint-form.ts');
      openMintForm({ ...context, documents }, 'mint', await readWishes(argument));
    }),
    registerCommand(context, COMMANDS.simulateJob, async (argument) => {
      await requireDaemon(context.session);
      const { simulateJob } = await import('./simulate-job.ts');
      await simulateJob({ ...context, documents }, argument);
    }),
  );
}
