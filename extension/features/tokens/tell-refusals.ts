import { commands, type Disposable, l10n, window } from 'vscode';
import { VIEWS } from '../../contributions.ts';
import type { WatchedToken, WatchList } from '../../daemon/watch-list.ts';
import type { WatchRow } from '../../rows.ts';
import { sayPlainly } from '../../run-command.ts';
import { explainRefusal } from './explain-refusal.ts';

/** What is refused within this time has one cause, and is told at once. */
const BURST_MS = 250;

/** Tells when watched tokens turn from accepted to refused: one message for all that do so together. */
export function tellRefusals(watches: Pick<WatchList, 'onDidRefuse'>): Disposable {
  let refused: WatchedToken[] = [];
  let telling: NodeJS.Timeout | undefined;
  const follow = watches.onDidRefuse((token) => {
    // Watched against two expectations it is still one token.
    if (!refused.some((other) => other.token === token.token)) refused.push(token);
    telling ??= setTimeout(() => {
      const told = refused;
      [refused, telling] = [[], undefined];
      const [first] = told;
      if (first !== undefined) void (told.length === 1 ? tellRefusal(first) : tellAll(told));
    }, BURST_MS);
  });
  return {
    dispose() {
      follow.dispose();
      clearTimeout(telling);
    },
  };
}

async function tellRefusal({ id, label, verdict }: WatchedToken): Promise<void> {
  if (verdict === null) return;
  const { reason, action, command } = explainRefusal(verdict);
  const message = l10n.t('The watched token {0} is refused now: {1}.', sayPlainly(label), reason);
  if ((await window.showWarningMessage(message, action)) !== action) return;
  const row: WatchRow = { kind: 'watch', watchId: id };
  await commands.executeCommand(command, row);
}

async function tellAll(tokens: readonly WatchedToken[]): Promise<void> {
  const reasons = new Set(tokens.flatMap(({ verdict }) => (verdict === null ? [] : explainRefusal(verdict).reason)));
  const [first] = tokens;
  const message = l10n.t(
    'The watched token {0} and {1} more are refused now: {2}.',
    sayPlainly(first?.label ?? ''),
    tokens.length - 1,
    [...reasons].join('; '),
  );
  const show = l10n.t('Show Them');
  if ((await window.showWarningMessage(message, show)) === show) await commands.executeCommand(`${VIEWS.tokens}.focus`);
}
