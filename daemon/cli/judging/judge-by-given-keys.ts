import { callDaemon } from '../../client/call-daemon.ts';
import { MintmarkError } from '../../problem.ts';
import type { OperationInput } from '../../protocol/operations.ts';
import { createFetchDocument } from '../../server/outgoing/json-requests.ts';
import { isLookAlike } from '../../token/look-alike.ts';
import { isJsonObject, parseStrictJson } from '../../token/strict-json.ts';
import { decodeUtf8 } from '../../token/utf8.ts';
import type { KeySet } from '../../verify/keys.ts';
import { readSuppliedKeys } from '../../verify/supplied-keys.ts';
import { findKeyHint, readToken } from '../../verify/verify-token.ts';
import { readSmallFile } from '../files/read-input.ts';
import type { Session } from '../session.ts';
import { failAway, judgeHere, type TokenQuestion, tellAway, type Verdict } from './judge-here.ts';
import { findDaemonOfHome, findOwner, type Ownership } from './own-daemon.ts';

interface GivenKeys {
  /** For the daemon: the keys as they were given. */
  readonly document: NonNullable<OperationInput<'verify'>['keys']>;
  readonly keys: ReturnType<typeof readSuppliedKeys>;
}

/**
 * Judges a token by the key set in the file or at the URL `source`. When it is a token of our own daemon, that daemon
 * holds it against these keys, since it alone knows its clock and what was revoked; while it is away such a token is
 * refused for what these keys and the token show, but not accepted. Any other token is judged here, asking nobody.
 *
 * @throws MintmarkError `key_material`, `mixed_key_set`, `file_unreadable` for a file that is no JWK Set;
 *   `daemon_unproven` when something else answers where our daemon should
 */
export async function judgeByGivenKeys(session: Session, question: TokenQuestion, source: string): Promise<Verdict> {
  const place = await findOwner(session.home, source);
  if (place.kind === 'away') {
    tellAway(session, place.baseUrl);
    return await judgeHere(session, question, failAway(place.baseUrl, 'keys_unavailable'));
  }
  const given = await readGivenKeys(source);
  if ('ok' in given) return await judgeHere(session, question, given);
  const owner = place.kind === 'ours' ? place : await findOwnerOfToken(session.home, question.token);
  if (owner.kind === 'ours') return await callDaemon(owner.daemon, 'verify', { ...question, keys: given.document });
  if (owner.kind === 'foreign') return await judgeHere(session, question, given.keys);
  const unasked = failAway(owner.baseUrl, 'issuer_unreachable');
  const verdict = await judgeHere(session, question, { ...given.keys, unasked });
  if (verdict.status === 'undecided') tellAway(session, owner.baseUrl);
  return verdict;
}

/** A look-alike names a real issuer, so that nothing but its mark tells that it may be of our own daemon. */
async function findOwnerOfToken(home: string, token: string): Promise<Ownership> {
  const read = readToken(token);
  if (!read.ok) return { kind: 'foreign' };
  if (isLookAlike(read.token.header)) return await findDaemonOfHome(home);
  return await findOwner(home, findKeyHint(read).issuer ?? '');
}

/** A file that is no JWK Set is a wrong command line; a URL that gives none leaves the token undecided. */
async function readGivenKeys(source: string): Promise<GivenKeys | Extract<KeySet, { ok: false }>> {
  if (!/^https?:\/\//.test(source)) {
    const body = readSmallFile(source);
    try {
      return parseKeySet(body);
    } catch (cause) {
      if (cause instanceof MintmarkError) throw cause;
      throw new MintmarkError('key_material', `${source} is no JWK Set`, { cause });
    }
  }
  try {
    const document = await createFetchDocument()(source);
    if (document.status !== 200) throw new Error(`the answer has status ${document.status}`);
    return parseKeySet(document.body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'no answer';
    return { ok: false, code: 'keys_unavailable', detail: `The keys cannot be fetched: ${reason}.` };
  }
}

function parseKeySet(body: Uint8Array): GivenKeys {
  const document = parseStrictJson(decodeUtf8(body));
  const keys = readSuppliedKeys(document);
  const members = isJsonObject(document) && Array.isArray(document.keys) ? document.keys : [];
  return { keys, document: { keys: members.flatMap(keepTyped) } };
}

/** What names no type (RFC 7517 §4.1) is no key, and the daemon would refuse the set for it. */
function keepTyped(member: unknown): { kty: string }[] {
  return isJsonObject(member) && typeof member.kty === 'string' ? [{ ...member, kty: member.kty }] : [];
}
