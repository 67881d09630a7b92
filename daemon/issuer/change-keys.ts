import type { KeyObject } from 'node:crypto';
import { MintmarkError } from '../problem.ts';
import type { SigningAlgorithm } from '../protocol/resources.ts';
import type { IssuerRow, KeyRow } from '../store/rows.ts';
import { quoteText } from '../token/quote.ts';
import { formatMilliseconds } from '../token/time-words.ts';
import type { IssuerContext } from './context.ts';
import { formatMillisecondsOrNull } from './instants.ts';
import { compareKeys, nextKeyState } from './key-states.ts';
import type { IssuerEntry } from './keyring.ts';
import { computeKeyOverlap, type IssuerProfile } from './profile.ts';
import { toPublicJwk } from './public-jwk.ts';

/** A key pair that is not in the database yet. */
export interface NewKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** One transaction on an issuer's keys. Every step writes its event beside what it changes. */
export interface KeyChange {
  readonly now: number;
  /** Rows as the transaction sees them, the active one first. */
  readonly keys: () => KeyRow[];
  /** Writes a new key as `next`. @throws MintmarkError `key_exists` */
  readonly publish: (key: NewKey) => KeyRow;
  /** Signs with a `next` key from now on; the one that signed until then keeps verifying and loses its private half. */
  readonly activate: (key: KeyRow) => void;
  /**
   * Lets the active key, or a fresh one, verify the tokens that it has signed, here or elsewhere, and sign no more: its
   * private half is destroyed.
   * @throws MintmarkError `key_state` for a legacy key while another old one is published
   */
  readonly supersede: (key: KeyRow) => void;
  /**
   * Says when a `next` key begins to sign by itself, ms; null: when it is activated by hand, or by schedule.
   * @throws MintmarkError `key_active`, `key_state`
   */
  readonly plan: (key: KeyRow, signsFrom: number | null) => void;
  /** Keeps a `next` key without a plan in the JWKS that will never sign: its private half is destroyed. */
  readonly advertise: (key: KeyRow) => void;
  readonly retire: (key: KeyRow) => void;
  readonly revoke: (key: KeyRow) => void;
  readonly log: (name: string, subject: string | null, detail: Readonly<Record<string, unknown>>) => void;
}

/**
 * Runs `work` as one durable transaction, then shows the outcome to signing, verifying and publishing, then announces
 * it. A throw leaves everything as it was.
 * @throws MintmarkError `issuer_not_found` when the issuer is gone, what the store and `work` throw.
 */
export function changeKeys<T>(context: IssuerContext, issuer: IssuerEntry, work: (change: KeyChange) => T): T {
  const result = context.store.transaction(() => {
    const row = context.store.issuers.byId(issuer.row.id);
    if (row === undefined || row.deletedAt !== null) throw new MintmarkError('issuer_not_found');
    return work(openKeyChange(context, row, issuer.profile));
  });
  context.keyring.refresh(issuer.row.id);
  context.changes.announce({ issuerUrl: issuer.url, kind: 'keys' });
  return result;
}

/**
 * The steps of a change, for use inside a transaction. All of them are at one instant of the daemon's clock.
 * @throws MintmarkError (each step) as `KeyChange` says, and what the store throws
 */
export function openKeyChange(context: IssuerContext, issuer: IssuerRow, profile: IssuerProfile): KeyChange {
  const { store, clock } = context;
  const now = clock.now();
  const keys = (): KeyRow[] => store.keys.byIssuer(issuer.id).sort(compareKeys);
  const log: KeyChange['log'] = (name, subject, detail) => {
    store.events.append({ at: now, name, issuerId: issuer.id, subject, detail });
  };

  const supersede: KeyChange['supersede'] = (key) => {
    if (profile.legacyAlgorithms?.some((legacy) => legacy === key.alg)) requireFreeSlot(key);
    const verifiesUntil = now + computeKeyOverlap(profile) * 1_000;
    store.keys.update(key.id, { state: nextKeyState(key.state, 'supersede'), retiringAt: now, verifiesUntil });
    store.keys.destroyPrivate(key.id);
    log('key.retiring', key.kid, { verifiesUntil: formatMilliseconds(verifiesUntil) });
  };

  /** Miren keeps one previous key, and never writes over it (its `loadOrGenerateKey`). */
  const requireFreeSlot = (key: KeyRow): void => {
    const previous = keys().find(({ id, state }) => id !== key.id && state === 'retiring');
    if (previous === undefined) return;
    const detail = `The previous key ${previous.kid} already exists; remove it manually before migrating: retire it`;
    throw new MintmarkError('key_state', detail);
  };

  return {
    now,
    keys,
    log,
    supersede,
    plan(key, signsFrom) {
      store.keys.update(key.id, { state: nextKeyState(key.state, 'plan'), signsFrom });
      log('key.planned', key.kid, { signsFrom: formatMillisecondsOrNull(signsFrom) });
    },
    advertise(key) {
      store.keys.destroyPrivate(key.id);
      log('key.advertised', key.kid, {});
    },
    publish({ kid, alg, publicKey, privateKey }) {
      if (keys().some((key) => key.kid === kid)) throw new MintmarkError('key_exists', `A key ${kid} exists`);
      const plain = privateKey.export({ type: 'pkcs8', format: 'der' });
      const wrapped = store.vault.wrap(plain, { kid, purpose: 'signing-key' });
      plain.fill(0);
      const row = {
        issuerId: issuer.id,
        kid,
        alg,
        state: 'next' as const,
        publicJwk: toPublicJwk(publicKey, alg, kid),
        createdAt: now,
        activatedAt: null,
        retiringAt: null,
        verifiesUntil: null,
        retiredAt: null,
        revokedAt: null,
        signsFrom: null,
      };
      const id = store.keys.insert(row, wrapped);
      log('key.published', kid, { alg });
      return { ...row, id, hasPrivate: true };
    },
    activate(key) {
      const state = nextKeyState(key.state, 'activate');
      const before = keys().find((other) => other.state === 'active');
      if (before !== undefined) supersede(before);
      store.keys.update(key.id, { state, activatedAt: now, signsFrom: null });
      if (key.alg !== issuer.alg) store.issuers.update(issuer.id, { alg: key.alg });
      log('key.activated', key.kid, { alg: key.alg });
    },
    retire(key) {
      store.keys.update(key.id, { state: nextKeyState(key.state, 'retire'), retiredAt: now, signsFrom: null });
      store.keys.destroyPrivate(key.id);
      log('key.retired', key.kid, {});
    },
    revoke(key) {
      store.keys.update(key.id, { state: nextKeyState(key.state, 'revoke'), revokedAt: now, signsFrom: null });
      store.keys.destroyPrivate(key.id);
      log('key.revoked', key.kid, { was: key.state });
    },
  };
}

/** @throws MintmarkError `key_not_found` */
export function requireKey(change: KeyChange, kid: string): KeyRow {
  const key = change.keys().find((row) => row.kid === kid);
  if (key === undefined) throw new MintmarkError('key_not_found', `The issuer has no key ${quoteText(kid)}`);
  return key;
}
