import { addOwnRecords } from '../../issuer/add-own-records.ts';
import type { IssuerContext } from '../../issuer/context.ts';
import { ABSENT_ISSUER, localKeySet } from '../../issuer/local-key-set.ts';
import { readClaim } from '../../token/read-claim.ts';
import type { Expectation } from '../../verify/expectation.ts';
import type { KeySet } from '../../verify/keys.ts';
import { readSuppliedKeys } from '../../verify/supplied-keys.ts';
import { identifyToken } from '../../verify/token-identity.ts';
import type { Verdict } from '../../verify/verdict.ts';
import { findKeyHint, type ReadToken, readToken } from '../../verify/verify-token.ts';
import { judgeAgain } from './judge-again.ts';
import type { RemoteSource } from './remote-source.ts';

/** A token and what is expected of it, read once and judged as often as needed. */
export interface Subject {
  readonly read: ReadToken;
  readonly expect: Expectation;
  /** Whose keys judge it; null: the caller's own. */
  readonly issuer: string | null;
  readonly kid: string | null;
  readonly jti: string | null;
  /** What it is called when it is revoked; empty for a token that cannot be read. */
  readonly identity: string;
  readonly suppliedKeys: KeySet | null;
}

export interface VerificationOptions {
  readonly issuers: IssuerContext;
  /** Issuers elsewhere whose tokens are judged although the caller names none. */
  readonly trustedIssuers: ReadonlySet<string>;
  readonly remote: RemoteSource;
}

export interface Verification {
  /** @throws MintmarkError `key_material`, `mixed_key_set` for supplied keys that are none. */
  prepare(request: { readonly token: string; readonly expect: Expectation; readonly keys?: unknown }): Subject;
  /** Judges as of now. Only keys from elsewhere have to be waited for. */
  judge(subject: Subject): Verdict | Promise<Verdict>;
  isRemote(subject: Subject): boolean;
}

/**
 * Finds the keys that a token is judged by: supplied ones with what this daemon revoked of them, the daemon's own, or
 * those of an issuer that is trusted.
 */
export function createVerification({ issuers, trustedIssuers, remote }: VerificationOptions): Verification {
  const { baseUrl, clock } = issuers;

  const findKeysHere = ({ read, suppliedKeys, issuer, jti, expect }: Subject): KeySet | null => {
    if (suppliedKeys !== null) {
      return read.ok ? addOwnRecords(issuers, suppliedKeys, { ...findKeyHint(read), jti }) : suppliedKeys;
    }
    if (!read.ok || issuer === null) return UNNAMED;
    const own = localKeySet(issuers, issuer);
    if (own !== null) return own;
    if (issuer === baseUrl || issuer.startsWith(`${baseUrl}/`)) return ABSENT_ISSUER;
    // Without this, any token could make the daemon fetch from wherever its `iss` says.
    return expect.issuer !== undefined || trustedIssuers.has(issuer) ? null : UNTRUSTED;
  };

  const judgeRemote = async (subject: Subject, issuer: string): Promise<Verdict> => {
    const elsewhere = await remote.load();
    const keys = await elsewhere.keysOf(issuer, subject.kid);
    return judgeAgain(subject, keys, clock.now());
  };

  return {
    prepare({ token, expect, keys }) {
      const read = readToken(token);
      const { issuer, kid } = findKeyHint(read);
      const jti = read.ok ? readClaim(read.token.claims, 'jti') : null;
      const suppliedKeys = keys === undefined ? null : readSuppliedKeys(keys);
      return {
        read,
        expect,
        issuer: expect.issuer ?? issuer,
        kid,
        jti: typeof jti === 'string' ? jti : null,
        identity: read.ok ? identifyToken(read.token) : '',
        suppliedKeys,
      };
    },
    judge(subject) {
      const keys = findKeysHere(subject);
      if (keys !== null) return judgeAgain(subject, keys, clock.now());
      return judgeRemote(subject, subject.issuer ?? '');
    },
    isRemote: (subject) => findKeysHere(subject) === null,
  };
}

const UNNAMED = refuseIssuer('The token names no issuer.');
const UNTRUSTED = refuseIssuer(
  'The issuer is neither of this daemon nor trusted; name it as the expected one to fetch its keys.',
);

function refuseIssuer(detail: string): KeySet {
  return { ok: false, code: 'iss_mismatch', detail };
}
