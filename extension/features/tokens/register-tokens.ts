import { Disposable, EventEmitter, l10n, type ViewBadge, window } from 'vscode';
import { COMMANDS, VIEWS } from '../../contributions.ts';
import type { WatchedToken } from '../../daemon/watch-list.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { createRowTree, type RowTree } from '../../row-tree.ts';
import { isRow } from '../../rows.ts';
import { registerCommand } from '../../run-command.ts';
import { endName } from '../../short-name.ts';
import type { VirtualDocuments } from '../../virtual-documents.ts';
import { listTokenRows } from './list-token-rows.ts';
import { createRecordList } from './record-list.ts';
import { tellRefusals } from './tell-refusals.ts';

/** The tokens view, and the one notification: a watched token turned from accepted to refused. */
export function registerTokens(
  context: FeatureContext,
  documents: VirtualDocuments,
): Disposable & { readonly tree: RowTree } {
  const { session, watches, log } = context;
  const changed = new EventEmitter<void>();
  const fire = (): void => changed.fire();
  const tree = createRowTree(
    VIEWS.tokens,
    () => listTokenRows(watches.pinned, records.records, session.issuers, Date.now()),
    changed.event,
  );
  const records = createRecordList(session, tree.view, (error) => log.error('tokens', error));
  const show = (): void => {
    tree.view.badge = countRefused(watches.pinned);
    fire();
  };
  const parts = Disposable.from(
    tree,
    records,
    records.onDidChange(fire),
    watches.onDidChange(show),
    session.onDidChangeIssuers(fire),
    changed,
    tellRefusals(watches),
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

/** How many of the watched tokens are refused, for those who have not unfolded the view. */
function countRefused(pinned: readonly WatchedToken[]): ViewBadge | undefined {
  const value = pinned.filter(({ verdict }) => verdict?.status === 'refused').length;
  if (value === 0) return undefined;
  const tooltip = value === 1 ? l10n.t('1 watched token is refused') : l10n.t('{0} watched tokens are refused', value);
  return { value, tooltip };
}
