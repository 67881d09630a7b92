import { window } from 'vscode';
import { decodeToken } from '../../../daemon/token/decode.ts';
import { findTokens } from '../../../daemon/token/find-tokens.ts';
import { isDetected } from '../text/read-settings.ts';
import { MOST_TOKENS } from '../text/visible-tokens.ts';

/** Tokens in the visible editors of issuers below a base URL, but for those that are expired. */
export function listShownTokens(baseUrl: string, nowSeconds: number): readonly string[] {
  const documents = new Set(window.visibleTextEditors.map(({ document }) => document));
  return [...documents].filter(isDetected).flatMap((document) => {
    const text = document.getText();
    const tokens = findTokens(text, MOST_TOKENS).map(({ start, end }) => text.slice(start, end));
    return tokens.filter((token) => {
      const { iss, exp } = decodeToken(token).claims ?? {};
      const isLive = typeof exp !== 'number' || exp > nowSeconds;
      return isLive && typeof iss === 'string' && iss.startsWith(`${baseUrl}/`);
    });
  });
}
