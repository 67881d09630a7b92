import type { Clock } from '../live/clock.ts';
import { MintmarkError } from '../problem.ts';
import type { Store } from '../store/store.ts';
import type { DeletedIssuers } from './deleted-issuers.ts';
import type { KeyGenerator } from './generate-key.ts';
import type { IssuerEntry, Keyring } from './keyring.ts';
import type { ProfileTable } from './profile.ts';
import type { RevokedTokens } from './revoked-tokens.ts';
import type { TokenStamps } from './token-stamps.ts';

/** Something that verdicts on an issuer's tokens depend on was changed, durably. With `jti`, one token alone. */
export interface IssuerChange {
  readonly issuerUrl: string;
  readonly kind: 'issuer' | 'keys' | 'token';
  readonly jti?: string;
}

export interface IssuerChanges {
  /** Called after the commit, when the keyring shows the change. Returns the way to end it. */
  onChange(listener: (change: IssuerChange) => void): () => void;
  announce(change: IssuerChange): void;
}

/** What every operation of this room works with. */
export interface IssuerContext {
  readonly store: Store;
  readonly clock: Clock;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly profiles: ProfileTable;
  readonly keyring: Keyring;
  readonly deletedIssuers: DeletedIssuers;
  readonly changes: IssuerChanges;
  readonly stamps: TokenStamps;
  readonly revokedTokens: RevokedTokens;
  readonly generateKey: KeyGenerator;
  /** Issuers that are being made because something asked for them, by slug. */
  readonly issuersUnderway: Map<string, Promise<IssuerEntry>>;
  /** Takes failures that no caller waits for; they hold no secret. */
  readonly report: (cause: unknown) => void;
}

/** A listener that throws is reported and keeps none of the others from hearing. */
export function createIssuerChanges(report: (cause: unknown) => void): IssuerChanges {
  const listeners = new Set<(change: IssuerChange) => void>();
  return {
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    announce(change) {
      for (const listener of listeners) {
        try {
          listener(change);
        } catch (cause) {
          report(cause);
        }
      }
    },
  };
}

/** @throws MintmarkError `issuer_not_found` */
export function requireIssuer(context: IssuerContext, slug: string): IssuerEntry {
  const entry = context.keyring.bySlug(slug);
  if (entry === undefined) throw new MintmarkError('issuer_not_found', `There is no issuer ${slug}`);
  return entry;
}
