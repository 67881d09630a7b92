import { l10n, TerminalLink } from 'vscode';
import { findTokens } from '../../../daemon/token/find-tokens.ts';

/** A token that a program printed; it lives as long as the editor keeps the link. */
export type TokenLink = TerminalLink & { readonly token: string };

const MOST_LINKS = 10;

/** Links for the tokens on a line of a terminal, which the editor hands over with its wrapped rows joined. */
export function findTerminalLinks(line: string): TokenLink[] {
  return findTokens(line, MOST_LINKS).map(({ start, end }) => {
    const link = new TerminalLink(start, end - start, l10n.t('Inspect the token'));
    return Object.assign(link, { token: line.slice(start, end) });
  });
}
