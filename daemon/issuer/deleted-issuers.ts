import type { KeyObject } from 'node:crypto';
import type { IssuerRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { computeJwkThumbprint, computeThumbprintKid } from './thumbprint.ts';

/** Issuers that are no more, by the keys that were theirs: all of these were revoked with them. */
export interface DeletedIssuers {
  /** Those that ever had this key, the oldest first. @throws MintmarkError `database_corrupt` */
  holdersOf(publicKey: KeyObject): readonly IssuerRow[];
  /** Reads them anew after a commit that deleted one. */
  refresh(): void;
}

type Stored = Pick<Store, 'issuers' | 'keys'>;

/** Nothing is read before somebody asks: only keys that a caller brings are held against them. */
export function createDeletedIssuers(store: Stored): DeletedIssuers {
  let holders: ReadonlyMap<string, readonly IssuerRow[]> | null = null;
  return {
    holdersOf(publicKey) {
      holders ??= readHolders(store);
      return holders.size === 0 ? [] : (holders.get(computeThumbprintKid(publicKey)) ?? []);
    },
    refresh() {
      holders = null;
    },
  };
}

function readHolders({ issuers, keys }: Stored): ReadonlyMap<string, readonly IssuerRow[]> {
  const holders = new Map<string, IssuerRow[]>();
  for (const issuer of issuers.deleted()) {
    for (const { publicJwk } of keys.byIssuer(issuer.id)) {
      const thumbprint = computeJwkThumbprint(publicJwk);
      const known = holders.get(thumbprint);
      if (known === undefined) holders.set(thumbprint, [issuer]);
      else known.push(issuer);
    }
  }
  return holders;
}
