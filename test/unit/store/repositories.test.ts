import { beforeEach, describe, expect, it } from 'vitest';
import { openMemoryStore } from '../../../daemon/store/open-store.ts';
import type { Store } from '../../../daemon/store/store.ts';
import { addToken, codeOf, issuerRow, keyRow, NOW, seedIssuer } from './fixtures.ts';

let store: Store;
let issuerId = 0;
let keyId = 0;
beforeEach(() => {
  store = openMemoryStore(NOW);
  ({ issuerId, keyId } = seedIssuer(store));
});

const wrap = (kid: string) => store.vault.wrap(Buffer.from('x'), { kid, purpose: 'signing-key' });
const insertKey = (kid: string, state: 'next' | 'active') =>
  store.transaction(() => store.keys.insert(keyRow(issuerId, kid, state), wrap(kid)));

describe('issuers', () => {
  it('keep what they were given', () => {
    const row = { ...issuerRow('second'), rotateEverySeconds: 60 };
    const id = store.transaction(() => store.issuers.insert(row));
    expect(store.issuers.byId(id)).toEqual({ ...row, id, deletedAt: null });
    store.transaction(() => store.issuers.update(id, { alg: 'ES256', rotateEverySeconds: null }));
    expect(store.issuers.byId(id)).toMatchObject({ alg: 'ES256', rotateEverySeconds: null, slug: 'second' });
  });

  it('have a slug of their own until deleted, after which it is free again', async () => {
    const again = () => store.transaction(() => store.issuers.insert(issuerRow('default')));
    expect(await codeOf(again)).toBe('issuer_exists');
    store.transaction(() => store.issuers.update(issuerId, { deletedAt: NOW }));
    const id = again();
    expect(store.issuers.all().map((row) => row.id)).toEqual([id]);
    expect(store.issuers.byId(issuerId)?.deletedAt).toBe(NOW);
    expect(store.issuers.deleted().map((row) => row.id)).toEqual([issuerId]);
  });

  it('that are not there cannot be changed', async () => {
    expect(await codeOf(() => store.transaction(() => store.issuers.update(99, { alg: 'x' })))).toBe(
      'issuer_not_found',
    );
  });
});

describe('keys', () => {
  it('keep what they were given', () => {
    const id = insertKey('k2', 'next');
    expect(store.keys.byIssuer(issuerId).find((row) => row.id === id)).toEqual({
      ...keyRow(issuerId, 'k2', 'next'),
      id,
      hasPrivate: true,
    });
  });

  it('are active one at a time, whoever tries', async () => {
    expect(await codeOf(() => insertKey('k2', 'active'))).toBe('key_state');
    const next = insertKey('k3', 'next');
    expect(await codeOf(() => store.transaction(() => store.keys.update(next, { state: 'active' })))).toBe('key_state');
    store.transaction(() => {
      store.keys.update(keyId, { state: 'retiring', retiringAt: NOW });
      store.keys.update(next, { state: 'active', activatedAt: NOW });
    });
    expect(store.keys.byIssuer(issuerId).map(({ kid, state }) => [kid, state])).toEqual([
      ['k1', 'retiring'],
      ['k3', 'active'],
    ]);
  });

  it('have a kid of their own within an issuer, retired or not', async () => {
    store.transaction(() => store.keys.update(keyId, { state: 'revoked', revokedAt: NOW }));
    expect(await codeOf(() => insertKey('k1', 'next'))).toBe('key_exists');
    expect(seedIssuer(store, 'other', 'k1').issuerId).not.toBe(issuerId);
  });

  it('lose their private half for good', () => {
    store.transaction(() => {
      store.keys.update(keyId, { state: 'retired', retiredAt: NOW });
      store.keys.destroyPrivate(keyId);
    });
    expect(store.keys.wrapped(keyId)).toBeUndefined();
    expect(store.keys.all().filter(({ hasPrivate }) => hasPrivate)).toEqual([]);
    expect(store.keys.byIssuer(issuerId)[0]?.hasPrivate).toBe(false);
  });

  it('cannot be active without a private half', async () => {
    expect(await codeOf(() => store.transaction(() => store.keys.destroyPrivate(keyId)))).toBe('internal');
    expect(store.keys.byIssuer(issuerId)[0]?.hasPrivate).toBe(true);
  });

  it('belong to an issuer that is there', async () => {
    const orphan = () => store.transaction(() => store.keys.insert(keyRow(99, 'k9', 'next'), wrap('k9')));
    expect(await codeOf(orphan)).toBe('internal');
  });
});

describe('tokens', () => {
  it('keep what they were given', () => {
    addToken(store, 't1', { claimsJson: '{"sub":"ü"}' });
    expect(store.tokens.byJti('t1')).toEqual({
      jti: 't1',
      issuerId,
      keyId,
      issuedAt: 100,
      expiresAt: 200,
      revokedAt: null,
      claimsJson: '{"sub":"ü"}',
    });
    expect(store.tokens.byJti('t2')).toBeUndefined();
  });

  it('are revoked once', () => {
    addToken(store, 't1');
    expect(store.transaction(() => store.tokens.revoke('t1', NOW))).toBe(true);
    expect(store.transaction(() => store.tokens.revoke('t1', NOW + 1))).toBe(false);
    expect(store.transaction(() => store.tokens.revoke('t2', NOW))).toBe(false);
    expect(store.tokens.byJti('t1')?.revokedAt).toBe(NOW);
  });

  it('are remembered as revoked, also when they have expired and their issuer is deleted', () => {
    for (const jti of ['t1', 't2', 't3']) addToken(store, jti, { expiresAt: 200, claimsJson: `{"jti":"${jti}"}` });
    store.transaction(() => ['t1', 't3'].map((jti) => store.tokens.revoke(jti, NOW)));
    store.transaction(() => store.issuers.update(issuerId, { deletedAt: NOW }));
    const remembered = ['t1', 't3'].map((jti) => ({ slug: 'default', claimsJson: `{"jti":"${jti}"}` }));
    expect(store.tokens.revoked()).toEqual(remembered);
  });

  it('are paged from the newest on, of one issuer or of all', () => {
    const other = seedIssuer(store, 'other');
    for (const n of [1, 2, 3, 4, 5]) {
      store.transaction(() =>
        store.tokens.insert({
          jti: `t${n}`,
          ...(n % 2 === 0 ? other : { issuerId, keyId }),
          issuedAt: n,
          expiresAt: n,
          claimsJson: '{}',
        }),
      );
    }
    const jtis = (query: Parameters<Store['tokens']['page']>[0]) => store.tokens.page(query).map(({ jti }) => jti);
    expect(jtis({ limit: 2 })).toEqual(['t5', 't4']);
    expect(jtis({ issuerId, limit: 2 })).toEqual(['t5', 't3']);
    const last = store.tokens.page({ issuerId, limit: 2 }).at(-1);
    expect(jtis({ issuerId, before: last?.id ?? 0, limit: 2 })).toEqual(['t1']);
    expect(store.tokens.count()).toBe(5);
  });
});
