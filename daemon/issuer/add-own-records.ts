import { liesAt } from '../verify/issuer-url.ts';
import type { KeySet, VerificationKey } from '../verify/keys.ts';
import type { IssuerContext } from './context.ts';
import type { IssuerEntry } from './keyring.ts';
import { ABSENT_ISSUER } from './local-key-set.ts';

/** What a token says of its origin (`findKeyHint`, `jti`): data of the token, not truth. */
interface Origin {
  readonly issuer: string | null;
  readonly kid: string | null;
  readonly jti: string | null;
}

type SuppliedKeys = Extract<KeySet, { ok: true }>;

/**
 * Adds to keys that a caller supplied what this daemon knows of them: whose they are, that a key of its own was
 * revoked, and which tokens were. A token with an own `iss` is its issuer's, which must be there and know the key. Of
 * any other it knows something when one of the keys that the header names is an own one: a look-alike's `iss` is the
 * real platform's.
 *
 * @throws MintmarkError `database_corrupt` when the keys of deleted issuers cannot be read
 */
export function addOwnRecords(context: IssuerContext, supplied: KeySet, origin: Origin): KeySet {
  if (!supplied.ok) return supplied;
  if (origin.issuer === null || !liesAt(origin.issuer, context.baseUrl)) return askHolders(context, supplied, origin);
  const named = context.keyring.byUrl(origin.issuer);
  if (named !== undefined) return askIssuer(context, supplied, named);
  const { isRevoked } = askHolders(context, supplied, origin);
  return { ...supplied, isRevoked, noIssuer: ABSENT_ISSUER.detail };
}

/** A retired key is good: it is for the caller to say how long. One that the issuer never had is another's. */
function askIssuer({ revokedTokens }: IssuerContext, supplied: SuppliedKeys, issuer: IssuerEntry): KeySet {
  return {
    ...supplied,
    keys: supplied.keys.map((key) => {
      const own = findTwin(issuer, key);
      if (own === undefined) return key.fault === null ? { ...key, fault: UNKNOWN } : key;
      return own.fault?.code === 'key_revoked' ? { ...key, fault: own.fault } : key;
    }),
    isRevoked: (identity) => revokedTokens.has(issuer.row.slug, identity),
  };
}

/** Without an own `iss`, any issuer that ever had the key may have signed; a revocation by one of them counts. */
function askHolders(context: IssuerContext, supplied: SuppliedKeys, { kid, jti }: Origin): SuppliedKeys {
  const { keyring, deletedIssuers, revokedTokens, store } = context;
  const slugs = new Set<string>();
  const keys = supplied.keys.map((key) => {
    const { publicKey } = key;
    if (publicKey === null || (kid !== null && key.kid !== kid)) return key;
    const living = keyring.all().flatMap((issuer) => {
      const own = findTwin(issuer, key);
      return own === undefined ? [] : [{ slug: issuer.row.slug, own }];
    });
    const deleted = deletedIssuers.holdersOf(publicKey);
    for (const { slug } of [...living, ...deleted]) slugs.add(slug);
    const revoked = living.find(({ own }) => own.fault?.code === 'key_revoked');
    if (revoked !== undefined) return { ...key, fault: revoked.own.fault };
    if (deleted.length === 0) return key;
    // Where others still have the key, the record of the token says who made it.
    const maker = living.length === 0 || jti === null ? undefined : store.tokens.byJti(jti)?.issuerId;
    const isOfDeleted = living.length === 0 || deleted.some(({ id }) => id === maker);
    return isOfDeleted ? { ...key, fault: OF_DELETED } : key;
  });
  if (slugs.size === 0) return supplied;
  return { ...supplied, keys, isRevoked: (identity) => [...slugs].some((slug) => revokedTokens.has(slug, identity)) };
}

const UNKNOWN: VerificationKey['fault'] = {
  code: 'kid_unknown',
  detail: 'The issuer that the token names never had the given key',
};
const OF_DELETED: VerificationKey['fault'] = {
  code: 'key_revoked',
  detail: 'The issuer whose key signed this token was deleted, and its keys were revoked',
};

function findTwin(issuer: IssuerEntry, { publicKey }: VerificationKey): VerificationKey | undefined {
  if (publicKey === null) return undefined;
  return issuer.verificationKeys.find((own) => own.publicKey?.equals(publicKey) === true);
}
