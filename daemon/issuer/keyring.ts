import { createPrivateKey, type KeyObject } from 'node:crypto';
import { MintmarkError } from '../problem.ts';
import type { SigningAlgorithm } from '../protocol/resources.ts';
import { refuseRow } from '../store/json-column.ts';
import type { IssuerRow, KeyRow, PreviousIssuer } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { VerificationKey } from '../verify/keys.ts';
import { isSigningAlgorithm } from './algorithms.ts';
import { compareKeys, isPublished, needsPrivateHalf } from './key-states.ts';
import type { IssuerProfile, ProfileTable } from './profile.ts';
import { readStoredPublicKey } from './public-jwk.ts';
import { type PublishedDocument, preparePublishedDocuments } from './published-documents.ts';
import { createSigner, type Signer } from './signer.ts';
import { toVerificationKey } from './verification-key.ts';

export interface KeyEntry {
  readonly row: KeyRow;
  readonly alg: SigningAlgorithm;
  readonly publicKey: KeyObject;
  /**
   * Of a `next` or `active` key only, and of no key that is only advertised; null too when its wrapped bytes do not
   * authenticate: the key is quarantined.
   */
  readonly privateKey: KeyObject | null;
}

/** An issuer as of its last committed change; never altered, only replaced. */
export interface IssuerEntry {
  readonly row: IssuerRow;
  readonly alg: SigningAlgorithm;
  readonly url: string;
  readonly profile: IssuerProfile;
  /** What its real counterpart calls itself, where its profile says; its tokens may name that. */
  readonly realIssuer: string | null;
  /** What that was before, perhaps long ago. */
  readonly previousIssuer: PreviousIssuer | null;
  /** The active one first. */
  readonly keys: readonly KeyEntry[];
  readonly keysById: ReadonlyMap<number, KeyEntry>;
  /** null while the active key is quarantined. */
  readonly signer: Signer | null;
  readonly verificationKeys: readonly VerificationKey[];
  /** By request path; none of one that its options leave without a real issuer. */
  readonly documents: ReadonlyMap<string, PublishedDocument>;
}

/** Issuers and keys in memory: what signing, verifying and publishing read, so that none of them waits for the disk. */
export interface Keyring {
  /** Reads an issuer anew after a commit that changed it or deleted it. */
  refresh(issuerId: number): void;
  all(): readonly IssuerEntry[];
  byId(issuerId: number): IssuerEntry | undefined;
  bySlug(slug: string): IssuerEntry | undefined;
  byUrl(issuerUrl: string): IssuerEntry | undefined;
  /** The document at a request path, query excluded. */
  documentAt(path: string): PublishedDocument | undefined;
}

interface KeyringOptions {
  readonly store: Store;
  readonly baseUrl: string;
  readonly profiles: ProfileTable;
  /** Told of each key that had to be quarantined. */
  readonly report: (cause: unknown) => void;
}

/** Loads every issuer. @throws MintmarkError `database_corrupt` when a public key cannot be read. */
export function openKeyring({ store, baseUrl, profiles, report }: KeyringOptions): Keyring {
  const byId = new Map<number, IssuerEntry>();
  const bySlug = new Map<string, IssuerEntry>();
  const byUrl = new Map<string, IssuerEntry>();
  const documents = new Map<string, PublishedDocument>();

  const openPrivateKey = (row: KeyRow): KeyObject | null => {
    const wrapped = store.keys.wrapped(row.id);
    if (wrapped === undefined) return null;
    try {
      const plain = store.vault.unwrap(wrapped, { kid: row.kid, purpose: 'signing-key' });
      try {
        return createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' });
      } finally {
        plain.fill(0);
      }
    } catch (cause) {
      report(cause);
      return null;
    }
  };

  const readKey = (row: KeyRow, known: KeyEntry | undefined): KeyEntry => {
    if (known?.row === row) return known;
    return {
      row,
      alg: requireAlgorithm(row.alg),
      publicKey: known?.publicKey ?? readStoredPublicKey(row.publicJwk),
      privateKey: needsPrivateHalf(row.state) ? (known === undefined ? openPrivateKey(row) : known.privateKey) : null,
    };
  };

  const readIssuer = (row: IssuerRow): IssuerEntry => {
    const before = byId.get(row.id)?.keysById;
    const profile = profiles.get(row.platform);
    if (!profile) throw refuseRow('issuers', row.id, 'there is no such platform');
    const url = toIssuerUrl(baseUrl, row.slug);
    const keys = store.keys
      .byIssuer(row.id)
      .sort(compareKeys)
      .map((key) => readKey(key, before?.get(key.id)));
    const active = keys.find((key) => key.row.state === 'active');
    const published = keys.filter((key) => isPublished(key.row.state));
    const realIssuer = profile.realIssuerOf?.(row.options) ?? null;
    const isNameless = profile.realIssuerOf !== undefined && realIssuer === null;
    return {
      row,
      alg: requireAlgorithm(row.alg),
      url,
      profile,
      realIssuer,
      previousIssuer: profile.realIssuerOf === undefined ? null : store.moves.last(row.id),
      keys,
      keysById: new Map(keys.map((key) => [key.row.id, key])),
      signer: active === undefined ? null : prepareSigner(active, profile),
      verificationKeys: keys.map(toVerificationKey),
      documents: isNameless
        ? new Map()
        : preparePublishedDocuments(
            url,
            profile,
            published.map((key) => ({ alg: key.alg, publicJwk: key.row.publicJwk })),
          ),
    };
  };

  const withdraw = (entry: IssuerEntry | undefined): void => {
    for (const path of entry?.documents.keys() ?? []) documents.delete(path);
  };

  const forget = (entry: IssuerEntry): void => {
    byId.delete(entry.row.id);
    bySlug.delete(entry.row.slug);
    byUrl.delete(entry.url);
    withdraw(entry);
  };

  const keep = (entry: IssuerEntry): void => {
    withdraw(byId.get(entry.row.id));
    byId.set(entry.row.id, entry);
    bySlug.set(entry.row.slug, entry);
    byUrl.set(entry.url, entry);
    for (const [path, document] of entry.documents) documents.set(path, document);
  };

  for (const row of store.issuers.all()) keep(readIssuer(row));

  return {
    refresh(issuerId) {
      const row = store.issuers.byId(issuerId);
      const before = byId.get(issuerId);
      if (row !== undefined && row.deletedAt === null) keep(readIssuer(row));
      else if (before !== undefined) forget(before);
    },
    all: () => [...byId.values()],
    byId: (issuerId) => byId.get(issuerId),
    bySlug: (slug) => bySlug.get(slug),
    byUrl: (issuerUrl) => byUrl.get(issuerUrl),
    documentAt: (path) => documents.get(path),
  };
}

/** What `iss` and discovery say, byte for byte (CONTRACT §1). */
export function toIssuerUrl(baseUrl: string, slug: string): string {
  return `${baseUrl}/issuers/${slug}`;
}

/** null while the key is quarantined. */
function prepareSigner(
  { row: { id, kid }, alg, publicKey, privateKey }: KeyEntry,
  profile: IssuerProfile,
): Signer | null {
  return privateKey === null ? null : createSigner(id, kid, alg, privateKey, profile.headerOf({ alg, kid, publicKey }));
}

function requireAlgorithm(alg: string): SigningAlgorithm {
  if (isSigningAlgorithm(alg)) return alg;
  throw new MintmarkError('database_corrupt', 'A stored key has an algorithm that there is not');
}
