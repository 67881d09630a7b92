import { callDaemon } from '../../client/call-daemon.ts';
import { MintmarkError } from '../../problem.ts';
import type { KeySet } from '../../verify/keys.ts';
import type { Session } from '../session.ts';
import { withSpinner } from '../terminal/spinner.ts';
import { failAway, judgeHere, type TokenQuestion, tellAway, type Verdict } from './judge-here.ts';
import { findOwner } from './own-daemon.ts';

export interface VerifyQuestion extends TokenQuestion {
  /** File or URL of a JWK Set to use instead of discovery. */
  readonly jwks?: string;
}

const MAX_LEEWAY_SECONDS = 300;

/**
 * Finds the verdict of a token. The daemon of this home judges tokens of its own, by given keys too, since it alone
 * knows its clock and what was revoked; while it is away nobody does. Every other token is judged in this process,
 * which tells no daemon about it.
 *
 * @throws MintmarkError `daemon_unproven` when something else answers where our daemon's issuers should
 */
export async function judge(session: Session, { jwks, ...question }: VerifyQuestion): Promise<Verdict> {
  if ((question.expect.leewaySeconds ?? 0) > MAX_LEEWAY_SECONDS) {
    throw new MintmarkError('usage', `--leeway is at most ${MAX_LEEWAY_SECONDS} seconds`);
  }
  return await withSpinner(session.io, 'verifying', async () => {
    if (jwks === undefined) return await judgeByIssuer(session, question);
    const { judgeByGivenKeys } = await import('./judge-by-given-keys.ts');
    return await judgeByGivenKeys(session, question, jwks);
  });
}

/** No plain discovery while our own daemon is away: whoever answers at its place could have made the token. */
async function judgeByIssuer(session: Session, question: TokenQuestion): Promise<Verdict> {
  const { issuer = '' } = question.expect;
  const owner = await findOwner(session.home, issuer);
  if (owner.kind === 'ours') return await callDaemon(owner.daemon, 'verify', question);
  if (owner.kind === 'foreign')
    return await judgeHere(session, question, await fetchIssuerKeys(session, issuer, question));
  tellAway(session, owner.baseUrl);
  return await judgeHere(session, question, failAway(owner.baseUrl, 'issuer_unreachable'));
}

async function fetchIssuerKeys(session: Session, issuer: string, { token }: TokenQuestion): Promise<KeySet> {
  const { createRemoteIssuers } = await import('../../verify/remote-issuer.ts');
  const { createFetchDocument } = await import('../../server/outgoing/json-requests.ts');
  const { findKeyHint, readToken } = await import('../../verify/verify-token.ts');
  const issuers = createRemoteIssuers({ fetchDocument: createFetchDocument(), now: session.io.now });
  return await issuers.keysOf(issuer, findKeyHint(readToken(token)).kid);
}
