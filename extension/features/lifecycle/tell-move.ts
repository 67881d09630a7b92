import { type Disposable, l10n, window } from 'vscode';
import type { FeatureContext } from '../../feature-context.ts';

/**
 * Tells once when the issuers of this machine begin with another URL than before, which every token names in its `iss`:
 * in the log, and to the person only where a token is shown that this touches. Of watched ones their refusal is told.
 */
export function tellMove({ session, watches, log }: Pick<FeatureContext, 'session' | 'watches' | 'log'>): Disposable {
  return session.onDidMoveIssuers(async ({ from, to }) => {
    log.warn('issuer', `the issuers' URLs begin with ${to} now; tokens of before keep ${from} in their iss`);
    const { listShownTokens } = await import('./list-shown-tokens.ts');
    const shown = await listShownTokens(from, Date.now() / 1_000);
    if (!shown.some((token) => watches.pinned.every((watched) => watched.token !== token))) return;
    const message = l10n.t(
      'Your issuers begin with {0} now. Tokens shown here that name {1} are not theirs any more: mint new ones.',
      to,
      from,
    );
    await window.showWarningMessage(message);
  });
}
