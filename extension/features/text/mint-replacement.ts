import { l10n, Range, type TextDocument, WorkspaceEdit, window, workspace } from 'vscode';
import { MintmarkError } from '../../../daemon/problem.ts';
import type { OperationInput } from '../../../daemon/protocol/operations.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { requireDaemon } from '../../require-daemon.ts';
import { readFacts, type TokenFacts } from './token-facts.ts';
import { isPlace, type ResolvedPlace, resolvePlace } from './token-place.ts';

/** What an issuer writes itself (RFC 7519 §4.1): it takes these from nobody, `sub` and `aud` by their own names. */
const OWN_CLAIMS: ReadonlySet<string> = new Set(['iss', 'iat', 'nbf', 'exp', 'jti', 'sub', 'aud']);

type MintInput = OperationInput<'tokens.mint'>;

/** The request for a token that claims the same, from the local issuer that made the old one or else from `default`. */
export function planReplacement(issuers: DaemonSession['issuers'], facts: TokenFacts): MintInput {
  const slug = issuers.find(({ url }) => url === facts.issuer)?.slug ?? 'default';
  const kept = Object.entries(facts.decoded.claims ?? {}).filter(([name]) => !OWN_CLAIMS.has(name));
  return {
    slug,
    ...(facts.subject ? { subject: facts.subject } : {}),
    ...(facts.audience.length > 0 ? { audience: [...facts.audience] } : {}),
    // Read from JSON, so that it can be written as JSON.
    ...(kept.length > 0 ? { claims: Object.fromEntries(kept) as MintInput['claims'] & object } : {}),
  };
}

/** Mints a token that claims the same as the one at a place, and puts it there. @throws MintmarkError */
export async function mintReplacement(session: DaemonSession, argument: unknown): Promise<void> {
  const place = isPlace(argument) ? resolvePlace(argument) : null;
  if (place === null) return;
  await requireDaemon(session);
  const input = planReplacement(session.issuers, readFacts(place.token));
  const { token } = await session.call('tokens.mint', input);
  const range = findAgain(place);
  const edit = new WorkspaceEdit();
  if (range !== null) edit.replace(place.document.uri, range, token);
  if (range === null || !(await workspace.applyEdit(edit))) {
    throw new MintmarkError('not_found', l10n.t('The token to be replaced is not there any more.'));
  }
  window.setStatusBarMessage(l10n.t('Replaced with a token of the local issuer {0}', input.slug), 5_000);
}

/** Where the old token stands now: the document may have changed while the new one was minted. */
function findAgain({ document, range, token }: ResolvedPlace): Range | null {
  if (document.isClosed) return null;
  if (document.getText(document.validateRange(range)) === token) return range;
  const at = document.getText().indexOf(token);
  return at < 0 ? null : makeRange(document, at, token.length);
}

function makeRange(document: TextDocument, start: number, length: number): Range {
  return new Range(document.positionAt(start), document.positionAt(start + length));
}
