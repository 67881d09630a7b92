import { commands, Disposable, EventEmitter, l10n, window } from 'vscode';
import type { LogEvent } from '../../../daemon/protocol/resources.ts';
import { COMMANDS, CONTEXT_KEYS, VIEWS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { createRowTree, type RowTree } from '../../row-tree.ts';
import { isRow } from '../../rows.ts';
import { registerCommand } from '../../run-command.ts';
import { issuerRowId, keyRowId } from '../issuers/list-issuer-rows.ts';
import { recordRowId } from '../tokens/list-token-rows.ts';
import { topicOf } from './describe-event.ts';
import { isFiltering, listEventRows, NO_FILTER } from './list-event-rows.ts';
import { pickFilter } from './pick-filter.ts';

/** The activity view: what happened, filtered, and from each line to what it is about. */
export function registerActivity(
  context: FeatureContext,
  trees: { readonly issuers: RowTree; readonly tokens: RowTree },
): Disposable {
  const { session } = context;
  const changed = new EventEmitter<void>();
  const fire = (): void => changed.fire();
  let filter = NO_FILTER;
  const tree = createRowTree(VIEWS.activity, () => listEventRows(session.events, filter, Date.now()), changed.event);

  const reveal = async ({ name, issuer, subject }: LogEvent): Promise<boolean> => {
    const topic = topicOf({ name });
    if (topic === 'tokens' && subject !== null) {
      if (await trees.tokens.reveal(recordRowId(subject))) return true;
      await commands.executeCommand(COMMANDS.showTokenRecord, { kind: 'record', jti: subject });
      return true;
    }
    if (issuer === null) return false;
    const isShown = subject !== null && (await trees.issuers.reveal(keyRowId(issuer, subject)));
    return isShown || trees.issuers.reveal(issuerRowId(issuer));
  };

  return Disposable.from(
    tree,
    changed,
    session.onDidAppendEvents(fire),
    session.onDidChangeState(fire),
    registerCommand(context, COMMANDS.filterActivity, async () => {
      if (session.events.length === 0 && !isFiltering(filter)) {
        void window.showInformationMessage(l10n.t('Nothing has happened yet that could be filtered.'));
        return;
      }
      filter = (await pickFilter(session.events, filter)) ?? filter;
      tree.view.description = isFiltering(filter) ? l10n.t('filtered') : '';
      await commands.executeCommand('setContext', CONTEXT_KEYS.activityFiltered, isFiltering(filter));
      fire();
    }),
    registerCommand(context, COMMANDS.openActivityObject, async (argument) => {
      const event = isRow(argument, 'event') ? session.events.find(({ seq }) => seq === argument.seq) : undefined;
      if (event !== undefined && !(await reveal(event))) {
        window.setStatusBarMessage(l10n.t('What this was about is gone.'), 3_000);
      }
    }),
  );
}
