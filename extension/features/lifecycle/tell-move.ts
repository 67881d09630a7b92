import { type Disposable, l10n, window } from 'vscode';
import type { IssuersMove } from '../../daemon/session.ts';
import type { FeatureContext } from '../../feature-context.ts';

type MoveContext = Pick<FeatureContext, 'session' | 'watches' | 'log'>;

/**
 * Tells once when the issuers of this machine begin with another URL than before, which every token names in its `iss`:
 * in the log, and to the person only where there is a token that this touches. Of watched ones their refusal is told.
 */
export function tellMove(context: MoveContext): Disposable {
  const { session, log } = context;
  const tell = async ({ from, to }: IssuersMove): Promise<void> => {
    log.warn('issuer', `the issuers' URLs begin with ${to} now; tokens of before keep ${from} in their iss`);
    if (!(await touchesTokens(context, from))) return;
    const message = l10n.t(
      'Your issuers begin with {0} now. Tokens that name {1} are not theirs any more: mint new ones.',
      to,
      from,
    );
    await window.showWarningMessage(message);
  };
  return session.onDidMoveIssuers((move) => void tell(move).catch((error: unknown) => log.warn('issuer', error)));
}

/**
 * Is a token shown that names an issuer of before, or was one minted that still lives? The latter is the same for every
 * window: that where the person is tells it.
 */
async function touchesTokens({ session, watches }: MoveContext, from: string): Promise<boolean> {
  const [{ listShownTokens }, { hasLeftRecords }] = await Promise.all([
    import('./list-shown-tokens.ts'),
    import('./has-left-records.ts'),
  ]);
  const shown = await listShownTokens(from, Date.now() / 1_000);
  if (shown.some((token) => watches.pinned.every((watched) => watched.token !== token))) return true;
  return window.state.focused && hasLeftRecords(session, watches, from, Date.now());
}
