import type { KeySet, VerificationKey } from '../verify/keys.ts';
import type { IssuerContext } from './context.ts';
import type { IssuerEntry } from './keyring.ts';

/** What a token says of its origin (`findKeyHint`): data of the token, not truth. */
interface Hint {
  readonly issuer: string | null;
  readonly kid: string | null;
}

/**
 * Adds to keys that a caller supplied what this daemon knows of them: that a key of its own was revoked, and which tokens
 * were. It is about a token of this daemon when one of the keys that its header names is an own one, whatever `iss` it
 * carries (a look-alike's is the real platform's), or when its `iss` is an own issuer. Of any other nothing is known.
 */
export function addOwnRecords(context: IssuerContext, supplied: KeySet, hint: Hint): KeySet {
  if (!supplied.ok) return supplied;
  const { keyring, revokedTokens } = context;
  const named = hint.issuer === null ? undefined : keyring.byUrl(hint.issuer);
  const candidates = supplied.keys.filter(({ kid }) => hint.kid === null || kid === hint.kid);
  const holders = keyring.all().filter((issuer) => candidates.some((key) => findTwin(issuer, key) !== undefined));
  const judges = listJudges(named, holders);
  if (judges.length === 0) return supplied;
  return {
    ...supplied,
    keys: supplied.keys.map((key) => (candidates.includes(key) ? revokeAsOwn(key, judges) : key)),
    isRevoked: (identity) => judges.some(({ row }) => revokedTokens.has(row.id, identity)),
  };
}

/**
 * Two issuers may hold the same key of which only one has revoked it: then the one that the token names decides. A named
 * one that does not hold it adds its revoked tokens to what the holders know.
 */
function listJudges(named: IssuerEntry | undefined, holders: readonly IssuerEntry[]): readonly IssuerEntry[] {
  if (named === undefined) return holders;
  return holders.includes(named) ? [named] : [...holders, named];
}

function revokeAsOwn(key: VerificationKey, judges: readonly IssuerEntry[]): VerificationKey {
  const revoked = judges.map((issuer) => findTwin(issuer, key)).find((twin) => twin?.fault?.code === 'key_revoked');
  return revoked === undefined ? key : { ...key, fault: revoked.fault };
}

function findTwin(issuer: IssuerEntry, { publicKey }: VerificationKey): VerificationKey | undefined {
  if (publicKey === null) return undefined;
  return issuer.verificationKeys.find((own) => own.publicKey?.equals(publicKey) === true);
}
