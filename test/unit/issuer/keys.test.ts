import { describe, expect, test } from 'vitest';
import { createIssuer, deleteIssuer, showIssuer } from '../../../daemon/issuer/issuers.ts';
import { activateKey, listKeys, planKey, retireKey, revokeKey, rotateKey } from '../../../daemon/issuer/keys.ts';
import { rotateMasterKey } from '../../../daemon/issuer/rotate-master.ts';
import { FAST, type Fixture, openFixture } from './setup.ts';

const slug = 'a';

async function openWithIssuer(): Promise<Fixture> {
  const fixture = await openFixture();
  await createIssuer(fixture.context, { slug, ...FAST });
  return fixture;
}

const statesOf = async ({ context }: Fixture) =>
  Object.fromEntries((await listKeys(context, { slug })).items.map(({ kid, state }) => [kid, state]));

const kidsInJwks = ({ context }: Fixture): string[] =>
  JSON.parse(String(context.keyring.documentAt(`/issuers/${slug}/.well-known/jwks.json`)?.body)).keys.map(
    (key: { kid: string }) => key.kid,
  );

const activeKid = async (fixture: Fixture) => (await listKeys(fixture.context, { slug })).items[0]!.kid;

describe('listing', () => {
  test('gives all keys at once, or by pages that miss none and show none twice', async () => {
    const fixture = await openWithIssuer();
    const { context } = fixture;
    for (let n = 0; n < 4; n += 1) await rotateKey(context, { slug, prepublish: n > 1 });
    const all = await listKeys(context, { slug });
    expect(all.items).toHaveLength(5);
    expect(all.nextCursor).toBeNull();
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listKeys(context, { slug, limit: 2, ...(cursor && { cursor }) });
      paged.push(...page.items.map(({ kid }) => kid));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(paged).toEqual(all.items.map(({ kid }) => kid));
  });

  test('refuses the cursor of another issuer', async () => {
    const { context } = await openWithIssuer();
    const cursor = String(context.keyring.bySlug('default')!.keys[0]!.row.id);
    await expect(listKeys(context, { slug, cursor })).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('rotating', () => {
  test('in one step: the new key signs, the old one verifies on and loses its private half', async () => {
    const fixture = await openWithIssuer();
    const { context, mint, judge, store } = fixture;
    const old = await mint({ slug });
    const fresh = await rotateKey(context, { slug, prepublish: false });
    expect(fresh).toMatchObject({ state: 'active', alg: 'ES256' });
    expect(await statesOf(fixture)).toEqual({ [fresh.kid]: 'active', [old.kid]: 'retiring' });
    expect((await listKeys(context, { slug })).items.map(({ canSign }) => canSign)).toEqual([true, false]);
    expect(kidsInJwks(fixture)).toEqual([fresh.kid, old.kid]);
    expect((await mint({ slug })).kid).toBe(fresh.kid);
    expect(judge(old.token).status).toBe('accepted');
    const oldRow = context.keyring.bySlug(slug)!.keys.find((key) => key.row.kid === old.kid)!.row;
    expect(oldRow.hasPrivate).toBe(false);
    expect(store.keys.wrapped(oldRow.id)).toBeUndefined();
  });

  test('in two steps: published first, signing when it is activated', async () => {
    const fixture = await openWithIssuer();
    const { context, mint, eventNames, store } = fixture;
    const before = await activeKid(fixture);
    const since = store.events.lastSeq();
    const next = await rotateKey(context, { slug, prepublish: true });
    expect(next.state).toBe('next');
    expect(kidsInJwks(fixture)).toEqual([before, next.kid]);
    expect((await mint({ slug })).kid).toBe(before);
    expect((await activateKey(context, { slug, kid: next.kid })).state).toBe('active');
    expect((await mint({ slug })).kid).toBe(next.kid);
    expect(eventNames(since)).toEqual([
      'key.published',
      'token.minted',
      'key.retiring',
      'key.activated',
      'token.minted',
    ]);
  });

  test('uses the oldest staged key before it makes another one, of the wanted algorithm', async () => {
    const { context } = await openWithIssuer();
    const first = await rotateKey(context, { slug, prepublish: true });
    const second = await rotateKey(context, { slug, prepublish: true });
    const edwards = await rotateKey(context, { slug, prepublish: true, alg: 'EdDSA' });
    expect((await rotateKey(context, { slug, prepublish: false })).kid).toBe(first.kid);
    expect((await rotateKey(context, { slug, prepublish: false, alg: 'EdDSA' })).kid).toBe(edwards.kid);
    expect((await rotateKey(context, { slug, prepublish: false })).kid).toBe(second.kid);
  });

  test('to another algorithm makes that the issuer’s, and discovery says both while both verify', async () => {
    const { context } = await openWithIssuer();
    await rotateKey(context, { slug, prepublish: false, alg: 'EdDSA' });
    expect((await showIssuer(context, { slug })).alg).toBe('EdDSA');
    const discovery = context.keyring.documentAt(`/issuers/${slug}/.well-known/openid-configuration`);
    expect(JSON.parse(String(discovery?.body)).id_token_signing_alg_values_supported).toEqual(['EdDSA', 'ES256']);
  });

  test('20 times at once leaves exactly one active key and loses no step', async () => {
    const fixture = await openWithIssuer();
    const { context, store, eventNames } = fixture;
    const activeCounts: number[] = [];
    context.changes.onChange(() => {
      activeCounts.push(store.keys.byIssuer(2).filter((key) => key.state === 'active').length);
    });
    await Promise.all(Array.from({ length: 20 }, () => rotateKey(context, { slug, prepublish: false })));
    expect(activeCounts).toEqual(Array(20).fill(1));
    const states = Object.values(await statesOf(fixture));
    expect(states.filter((state) => state === 'active')).toHaveLength(1);
    expect(states.filter((state) => state === 'retiring')).toHaveLength(20);
    expect(eventNames().filter((name) => name === 'key.activated')).toHaveLength(22);
  });

  test('twice at once with one staged key uses it once and then makes another one', async () => {
    const { context } = await openWithIssuer();
    const staged = await rotateKey(context, { slug, prepublish: true });
    const [first, second] = await Promise.all([
      rotateKey(context, { slug, prepublish: false }),
      rotateKey(context, { slug, prepublish: false }),
    ]);
    expect(first.kid).toBe(staged.kid);
    expect(second).toMatchObject({ state: 'active' });
    expect(second.kid).not.toBe(staged.kid);
  });

  test('whose issuer is deleted while the key is made leaves no private half behind', async () => {
    const { context, store } = await openWithIssuer();
    const { id } = context.keyring.bySlug(slug)!.row;
    const rotating = rotateKey(context, { slug, prepublish: true });
    deleteIssuer(context, { slug });
    await expect(rotating).rejects.toMatchObject({ code: 'issuer_not_found' });
    expect(store.keys.byIssuer(id).map(({ state, hasPrivate }) => [state, hasPrivate])).toEqual([['revoked', false]]);
  });

  test('an algorithm that the platform does not sign with is refused', async () => {
    const { context } = await openFixture();
    await expect(rotateKey(context, { slug: 'superplane', prepublish: false, alg: 'ES256' })).rejects.toMatchObject({
      code: 'algorithm_unsupported',
    });
  });

  test('that cannot be written leaves the old key signing, and nothing half done (K12)', async () => {
    const fixture = await openWithIssuer();
    const { context, store, mint } = fixture;
    const before = await statesOf(fixture);
    const destroyPrivate = store.keys.destroyPrivate;
    Object.assign(store.keys, {
      destroyPrivate: () => {
        throw new Error('the disk is full');
      },
    });
    await expect(rotateKey(context, { slug, prepublish: false })).rejects.toThrow('the disk is full');
    Object.assign(store.keys, { destroyPrivate });
    expect(await statesOf(fixture)).toEqual(before);
    expect(Object.keys(before)).toEqual([(await mint({ slug })).kid]);
  });
});

describe('retiring', () => {
  test('a superseded key refuses its tokens from then on, and others go on', async () => {
    const fixture = await openWithIssuer();
    const { context, mint, judge } = fixture;
    const old = await mint({ slug });
    await rotateKey(context, { slug, prepublish: false });
    const fresh = await mint({ slug });
    expect((await retireKey(context, { slug, kid: old.kid })).state).toBe('retired');
    expect(judge(old.token)).toMatchObject({ status: 'refused', reason: 'key_retired' });
    expect(judge(fresh.token).status).toBe('accepted');
    expect(kidsInJwks(fixture)).toEqual([fresh.kid]);
  });

  test('the active key cannot be retired or activated again (K11)', async () => {
    const fixture = await openWithIssuer();
    const kid = await activeKid(fixture);
    await expect(retireKey(fixture.context, { slug, kid })).rejects.toMatchObject({ code: 'key_active' });
    await expect(activateKey(fixture.context, { slug, kid })).rejects.toMatchObject({ code: 'key_active' });
    expect(await statesOf(fixture)).toEqual({ [kid]: 'active' });
  });

  test('a staged key that is retired loses its private half and can never sign', async () => {
    const { context, store } = await openWithIssuer();
    const { kid } = await rotateKey(context, { slug, prepublish: true });
    await retireKey(context, { slug, kid });
    const row = store.keys.byIssuer(2).find((key) => key.kid === kid)!;
    expect(row).toMatchObject({ state: 'retired', hasPrivate: false });
    await expect(activateKey(context, { slug, kid })).rejects.toMatchObject({ code: 'key_state' });
  });

  test('an unknown key is said to be unknown', async () => {
    const { context } = await openWithIssuer();
    for (const operate of [retireKey, activateKey, revokeKey]) {
      await expect(operate(context, { slug, kid: 'nobody' })).rejects.toMatchObject({ code: 'key_not_found' });
    }
  });
});

describe('revoking', () => {
  test('the active key replaces it in the same step and refuses its tokens at once', async () => {
    const fixture = await openWithIssuer();
    const { context, mint, judge, store } = fixture;
    const old = await mint({ slug });
    const since = store.events.lastSeq();
    expect(await revokeKey(context, { slug, kid: old.kid })).toMatchObject({ state: 'revoked' });
    expect(judge(old.token)).toMatchObject({ status: 'refused', reason: 'key_revoked' });
    const fresh = await mint({ slug });
    expect(judge(fresh.token).status).toBe('accepted');
    expect(kidsInJwks(fixture)).toEqual([fresh.kid]);
    expect(fixture.eventNames(since)).toEqual(['key.revoked', 'key.published', 'key.activated', 'token.minted']);
  });

  test('the active key uses the staged one, which others know already', async () => {
    const fixture = await openWithIssuer();
    const kid = await activeKid(fixture);
    const next = await rotateKey(fixture.context, { slug, prepublish: true });
    await revokeKey(fixture.context, { slug, kid });
    expect(await statesOf(fixture)).toEqual({ [next.kid]: 'active', [kid]: 'revoked' });
  });

  test.each([
    ['retired', retireKey],
    ['revoked', revokeKey],
  ] as const)(
    'the active key in the moment in which the staged one is %s takes a fresh one',
    async (state, operate) => {
      const fixture = await openWithIssuer();
      const { context } = fixture;
      const kid = await activeKid(fixture);
      const next = await rotateKey(context, { slug, prepublish: true });
      await Promise.all([operate(context, { slug, kid: next.kid }), revokeKey(context, { slug, kid })]);
      expect(await statesOf(fixture)).toMatchObject({ [next.kid]: state, [kid]: 'revoked' });
      expect([kid, next.kid]).not.toContain(await activeKid(fixture));
    },
  );

  test.each(['next', 'retiring', 'retired'] as const)('works for a key that is %s', async (state) => {
    const fixture = await openWithIssuer();
    const { context } = fixture;
    let kid = await activeKid(fixture);
    if (state === 'next') ({ kid } = await rotateKey(context, { slug, prepublish: true }));
    else await rotateKey(context, { slug, prepublish: false });
    if (state === 'retired') await retireKey(context, { slug, kid });
    expect((await statesOf(fixture))[kid]).toBe(state);
    expect((await revokeKey(context, { slug, kid })).state).toBe('revoked');
  });

  test('the active key does not wait for the keys that others have ordered', async () => {
    const fixture = await openWithIssuer();
    const { context } = fixture;
    const kid = await activeKid(fixture);
    Object.assign(context, { generateKey: () => new Promise(() => {}) });
    void rotateKey(context, { slug: 'default', prepublish: false });
    expect(await revokeKey(context, { slug, kid })).toMatchObject({ state: 'revoked' });
  });

  test('twice is done once', async () => {
    const fixture = await openWithIssuer();
    const kid = await activeKid(fixture);
    const first = await revokeKey(fixture.context, { slug, kid });
    fixture.clock.advance(5_000);
    const heard: unknown[] = [];
    fixture.context.changes.onChange((change) => heard.push(change));
    expect(await revokeKey(fixture.context, { slug, kid })).toEqual(first);
    expect(heard).toEqual([]);
    expect(fixture.eventNames().filter((name) => name === 'key.revoked')).toHaveLength(1);
  });

  test('the active key many times at once replaces it once', async () => {
    const fixture = await openWithIssuer();
    const kid = await activeKid(fixture);
    await Promise.all(Array.from({ length: 5 }, () => revokeKey(fixture.context, { slug, kid })));
    expect(Object.values(await statesOf(fixture)).sort()).toEqual(['active', 'revoked']);
    expect(fixture.eventNames().filter((name) => name === 'key.revoked')).toHaveLength(1);
  });
});

describe('a private half that does not open', () => {
  async function openTampered(state: 'active' | 'next') {
    const fixture = await openWithIssuer();
    if (state === 'next') await rotateKey(fixture.context, { slug, prepublish: true });
    const row = fixture.store.keys.byIssuer(2).find((key) => key.state === state)!;
    const { kekId, sealed } = fixture.store.keys.wrapped(row.id)!;
    const damaged = Buffer.from(sealed);
    damaged[20]! ^= 1;
    fixture.store.transaction(() => fixture.store.keys.replaceWrapped(row.id, { kekId, sealed: damaged }));
    return { ...(await fixture.reopen()), kid: row.kid };
  }

  test('stops only its own issuer from minting, and a rotation mends it', async () => {
    const { context, mint, reports } = await openTampered('active');
    expect(reports).toMatchObject([{ code: 'key_unavailable' }]);
    await expect(mint({ slug })).rejects.toMatchObject({ code: 'key_unavailable' });
    await expect(mint()).resolves.toBeDefined();
    expect((await showIssuer(context, { slug })).keys.map(({ canSign }) => canSign)).toEqual([false]);
    await rotateKey(context, { slug, prepublish: false });
    await expect(mint({ slug })).resolves.toBeDefined();
  });

  test('is never activated, nor planned to be', async () => {
    const { context, kid } = await openTampered('next');
    const { keys } = await showIssuer(context, { slug });
    expect(keys.map(({ state, canSign }) => [state, canSign])).toEqual([
      ['active', true],
      ['next', false],
    ]);
    await expect(activateKey(context, { slug, kid })).rejects.toMatchObject({ code: 'key_unavailable' });
    const plan = (activateAfterSeconds: number | null) => planKey(context, { slug, kid, activateAfterSeconds });
    await expect(plan(60)).rejects.toMatchObject({ code: 'key_unavailable' });
    await expect(plan(null)).resolves.toMatchObject({ state: 'next' });
    expect((await rotateKey(context, { slug, prepublish: false })).kid).not.toBe(kid);
  });
});

test('keys sign on after the master key was rotated, and after a restart', async () => {
  const fixture = await openWithIssuer();
  const { kid } = await rotateKey(fixture.context, { slug, prepublish: true });
  expect(rotateMasterKey(fixture.context)).toMatchObject({ rewrapped: 3 });
  expect(fixture.eventNames().at(-1)).toBe('master.rotated');
  const { mint, context } = await fixture.reopen();
  await activateKey(context, { slug, kid });
  expect((await mint({ slug })).kid).toBe(kid);
});
