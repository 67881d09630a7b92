import { callDaemon } from '../client/call-daemon.ts';
import { MintmarkError } from '../problem.ts';
import type { OperationInput, OperationOutput } from '../protocol/operations.ts';
import type { KeySet } from '../verify/keys.ts';
import { findOwner } from './own-daemon.ts';
import { readSmallFile } from './read-input.ts';
import type { Session } from './session.ts';
import { withSpinner } from './spinner.ts';

export type Verdict = OperationOutput<'verify'>;

export interface VerifyQuestion {
  readonly token: string;
  readonly expect: NonNullable<OperationInput<'verify'>['expect']>;
  /** File or URL of a JWK Set to use instead of discovery. */
  readonly jwks?: string;
}

const MAX_LEEWAY_SECONDS = 300;

/**
 * Finds the verdict of a token. The daemon of this home judges tokens of its own issuers, since it alone knows what was
 * revoked; while it is away nobody does. Every other token is judged in this process, which tells no daemon about it.
 *
 * @throws MintmarkError `daemon_unproven` when something else answers where our daemon's issuers should
 */
export async function judge(session: Session, question: VerifyQuestion): Promise<Verdict> {
  if ((question.expect.leewaySeconds ?? 0) > MAX_LEEWAY_SECONDS) {
    throw new MintmarkError('usage', `--leeway is at most ${MAX_LEEWAY_SECONDS} seconds`);
  }
  return await withSpinner(session.io, 'verifying', async () => {
    const { token, expect, jwks } = question;
    const owner = await findOwner(session.home, jwks ?? expect.issuer ?? '');
    if (owner.kind === 'away') return await judgeHere(session, question, tellAway(session, owner.baseUrl, jwks));
    if (owner.kind === 'foreign' || jwks !== undefined) return await judgeHere(session, question);
    return await callDaemon(owner.daemon, 'verify', { token, expect });
  });
}

/**
 * Says that our own daemon is away. No plain discovery: whoever answers at its place meanwhile could have made the token.
 */
export function tellAway(session: Session, baseUrl: string, jwks: string | undefined): KeySet {
  if (!session.json) {
    session.tell(`your own daemon (${baseUrl}) is not running; start it: ${session.nameCommand('start')}`);
  }
  const code = jwks === undefined ? 'issuer_unreachable' : 'keys_unavailable';
  return { ok: false, code, detail: `Your own daemon (${baseUrl}) is not running.` };
}

/** Judges a token in this process, by `given` keys or those that the question names. */
export async function judgeHere(session: Session, question: VerifyQuestion, given?: KeySet): Promise<Verdict> {
  const { token, expect } = question;
  const { readToken, judgeToken, findKeyHint } = await import('../verify/verify-token.ts');
  const read = readToken(token);
  const keys = given ?? (await findKeys(session, question, findKeyHint(read).kid));
  const verdict = judgeToken(read, keys, expect, session.io.now());
  return { ...verdict, checks: [...verdict.checks], header: verdict.header, claims: verdict.claims };
}

function findKeys(session: Session, { expect, jwks }: VerifyQuestion, kid: string | null): Promise<KeySet> {
  return jwks === undefined ? fetchIssuerKeys(session, expect.issuer ?? '', kid) : readKeySet(jwks);
}

async function fetchIssuerKeys(session: Session, issuer: string, kid: string | null): Promise<KeySet> {
  const { createRemoteIssuers } = await import('../verify/remote-issuer.ts');
  const { createFetchDocument } = await import('../server/outgoing.ts');
  const issuers = createRemoteIssuers({ fetchDocument: createFetchDocument(), now: session.io.now });
  return await issuers.keysOf(issuer, kid);
}

/** A file that is no JWK Set is a wrong command line; a URL that gives none leaves the token undecided. */
async function readKeySet(source: string): Promise<KeySet> {
  const { readJwkSetDocument } = await import('../verify/supplied-keys.ts');
  const supply = (body: Uint8Array): KeySet => ({
    ok: true,
    provenance: 'supplied-keys',
    keys: readJwkSetDocument(body),
    isRevoked: null,
  });
  if (!/^https?:\/\//.test(source)) {
    const body = readSmallFile(source);
    try {
      return supply(body);
    } catch (cause) {
      if (cause instanceof MintmarkError) throw cause;
      throw new MintmarkError('key_material', `${source} is no JWK Set`, { cause });
    }
  }
  try {
    const { createFetchDocument } = await import('../server/outgoing.ts');
    const document = await createFetchDocument()(source);
    if (document.status !== 200) throw new Error(`the answer has status ${document.status}`);
    return supply(document.body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'no answer';
    return { ok: false, code: 'keys_unavailable', detail: `The keys cannot be fetched: ${reason}.` };
  }
}
