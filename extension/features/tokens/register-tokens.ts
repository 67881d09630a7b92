import { commands, Disposable, EventEmitter, l10n, window } from 'vscode';
import { COMMANDS, VIEWS } from '../../contributions.ts';
import type { WatchedToken } from '../../daemon/watch-list.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { createRowTree, type RowTree } from '../../row-tree.ts';
import { isRow, type WatchRow } from '../../rows.ts';
import { registerCommand, sayPlainly } from '../../run-command.ts';
import { endName } from '../../short-name.ts';
import type { VirtualDocuments } from '../../virtual-documents.ts';
import { explainRefusal } from './explain-refusal.ts';
import { listTokenRows } from './list-token-rows.ts';
import { createRecordList } from './record-list.ts';

/** The tokens view, and the one notification: a watched token turned from accepted to refused. */
export function registerTokens(
  context: FeatureContext,
  documents: VirtualDocuments,
): Disposable & { readonly tree: RowTree } {
  const { session, watches, log } = context;
  const records = createRecordList(session, (error) => log.error('tokens', error));
  const changed = new EventEmitter<void>();
  const fire = (): void => changed.fire();
  const tree = createRowTree(
    VIEWS.tokens,
    () => listTokenRows(watches.pinned, records.records, session.issuers, Date.now()),
    changed.event,
  );
  const parts = Disposable.from(
    tree,
    records,
    records.onDidChange(fire),
    watches.onDidChange(fire),
    session.onDidChangeIssuers(fire),
    changed,
    watches.onDidRefuse((token) => void tellRefusal(token)),
    registerCommand(context, COMMANDS.showTokenRecord, async (argument) => {
      if (!isRow(argument, 'record')) return;
      const record = await session.call('tokens.show', { jti: argument.jti });
      await documents.show('record', 'json', JSON.stringify(record, null, 2));
    }),
    registerCommand(context, COMMANDS.revokeToken, async (argument) => {
      if (!isRow(argument, 'record')) return;
      const revoke = l10n.t('Revoke');
      const answer = await window.showWarningMessage(
        l10n.t('Revoke the token {0}?', endName(argument.jti)),
        {
          modal: true,
          detail: l10n.t(
            'It is refused here from now on. Verifiers that look at keys alone accept it until it expires.',
          ),
        },
        revoke,
      );
      if (answer === revoke) await session.call('tokens.revoke', { jti: argument.jti });
    }),
  );
  return { tree, dispose: () => parts.dispose() };
}

async function tellRefusal({ id, label, verdict }: WatchedToken): Promise<void> {
  if (verdict === null) return;
  const { reason, action, command } = explainRefusal(verdict);
  const message = l10n.t('The watched token {0} is refused now: {1}.', sayPlainly(label), reason);
  if ((await window.showWarningMessage(message, action)) !== action) return;
  const row: WatchRow = { kind: 'watch', watchId: id };
  await commands.executeCommand(command, row);
}
