import { Disposable, env, l10n, window } from 'vscode';
import { COMMANDS, VIEWS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { pickIssuer } from '../../pick-issuer.ts';
import { requireDaemon } from '../../require-daemon.ts';
import { createRowTree, type RowTree } from '../../row-tree.ts';
import { registerCommand } from '../../run-command.ts';
import { listIssuerRows } from './list-issuer-rows.ts';

/** The issuers view and what is done to whole issuers; what is done to their keys is in features/keys. */
export function registerIssuers(context: FeatureContext): Disposable & { readonly tree: RowTree } {
  const { session } = context;
  const tree = createRowTree(
    VIEWS.issuers,
    () => listIssuerRows(session.issuers, Date.now()),
    session.onDidChangeIssuers,
  );
  const commands = Disposable.from(
    tree,
    registerCommand(context, COMMANDS.createIssuer, async () => {
      await requireDaemon(session);
      const { createIssuer } = await import('./create-issuer.ts');
      await createIssuer(session);
    }),
    registerCommand(context, COMMANDS.deleteIssuer, async (argument) => {
      await requireDaemon(session);
      const { deleteIssuer } = await import('./delete-issuer.ts');
      await deleteIssuer(session, argument);
    }),
    registerCommand(context, COMMANDS.copyIssuerUrl, async (argument) => {
      await requireDaemon(session);
      const issuer = await pickIssuer(session, argument, l10n.t('Copy the URL of which issuer?'));
      if (issuer === undefined) return;
      await env.clipboard.writeText(issuer.url);
      window.setStatusBarMessage(l10n.t('Copied {0}', issuer.url), 3_000);
    }),
  );
  return { tree, dispose: () => commands.dispose() };
}
