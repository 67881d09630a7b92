import { CancellationTokenSource, type TextDocument, window } from 'vscode';
import { decodeToken } from '../../../daemon/token/decode.ts';
import { type DocumentFinds, type DocumentScans, isOf, readToken, scanDocuments } from '../text/document-scans.ts';
import { isDetected } from '../text/read-settings.ts';
import { MOST_TOKENS } from '../text/visible-tokens.ts';

/** A document that changes while it is looked through is looked at again; one that never rests, as a log, is left. */
const MOST_LOOKS = 3;

/**
 * Tokens in the visible editors of issuers below a base URL, but for those that are expired. Long documents are looked
 * through in slices: others have their turn in between.
 */
export async function listShownTokens(baseUrl: string, nowSeconds: number): Promise<readonly string[]> {
  const documents = new Set(window.visibleTextEditors.map(({ document }) => document));
  const scans = scanDocuments();
  const tokens: string[] = [];
  try {
    for (const document of [...documents].filter(isDetected)) {
      const found = await findAll(scans, document);
      // In the same turn as it was found: it may stand elsewhere in the next.
      if (found !== null) tokens.push(...found.tokens.map((place) => readToken(document, place)));
    }
  } finally {
    scans.dispose();
  }
  return tokens.filter((token) => {
    const { iss, exp } = decodeToken(token).claims ?? {};
    const isLive = typeof exp !== 'number' || exp > nowSeconds;
    return isLive && typeof iss === 'string' && iss.startsWith(`${baseUrl}/`);
  });
}

/** null for a document that is closed, or changes each time. */
async function findAll(scans: DocumentScans, document: TextDocument): Promise<DocumentFinds | null> {
  const never = new CancellationTokenSource();
  try {
    for (let looks = 0; looks < MOST_LOOKS && !document.isClosed; looks++) {
      const found = await scans.findAll(document, MOST_TOKENS, never.token);
      if (found !== null && isOf(found, document)) return found;
    }
    return null;
  } finally {
    never.dispose();
  }
}
