import { describe, expect, it, vi } from 'vitest';
import { createIssuer, showIssuer } from '../../../daemon/issuer/issuers.ts';
import {
  activateKey,
  planKey,
  retireKey,
  revokeKey,
  rotateKey,
  scheduleRotation,
} from '../../../daemon/issuer/keys.ts';
import { waitUntilHolds } from '../../support/wait.ts';
import { FAST, type Fixture, openFixture } from './setup.ts';

const slug = 'a';

async function openWithIssuer(): Promise<Fixture> {
  const fixture = await openFixture();
  await createIssuer(fixture.context, { slug, ...FAST });
  return fixture;
}

const stage = ({ context }: Fixture, activateAfterSeconds?: number) =>
  rotateKey(context, {
    slug,
    prepublish: true,
    ...(activateAfterSeconds === undefined ? {} : { activateAfterSeconds }),
  });
const stateOf = ({ context }: Fixture, kid: string) =>
  context.keyring.bySlug(slug)?.keys.find(({ row }) => row.kid === kid)?.row.state;

describe('a key that was published to sign later', () => {
  it('says from when, and signs from then on and not before', async () => {
    const fixture = await openWithIssuer();
    const { clock, mint } = fixture;
    const old = (await mint({ slug })).kid;
    const { kid, state, signsFrom } = await stage(fixture, 600);
    expect({ state, signsFrom }).toEqual({ state: 'next', signsFrom: '2026-11-22T15:10:00Z' });
    expect(fixture.eventNames().slice(-2)).toEqual(['key.published', 'key.planned']);
    clock.advance(600_000 - 1);
    expect((await mint({ slug })).kid).toBe(old);
    clock.advance(1);
    expect((await mint({ slug })).kid).toBe(kid);
    expect(stateOf(fixture, old)).toBe('retiring');
    expect(fixture.context.keyring.bySlug(slug)?.keys.map(({ row }) => row.signsFrom)).toEqual([null, null]);
  });

  it('needs no word that it is only to be published', async () => {
    const fixture = await openWithIssuer();
    const key = await rotateKey(fixture.context, { slug, prepublish: false, activateAfterSeconds: 60 });
    expect(key).toMatchObject({ state: 'next', signsFrom: '2026-11-22T15:01:00Z' });
  });

  it('outlives the daemon, and signs at the next opening when its time came meanwhile', async () => {
    const fixture = await openWithIssuer();
    const { kid } = await stage(fixture, 600);
    const later = await fixture.reopen();
    expect(stateOf(later, kid)).toBe('next');
    later.close();
    later.clock.advance(600_000);
    const again = await later.reopen();
    expect(stateOf(again, kid)).toBe('active');
  });

  it('can be given another time, and none', async () => {
    const fixture = await openWithIssuer();
    const { context, clock } = fixture;
    const { kid } = await stage(fixture, 600);
    expect(await planKey(context, { slug, kid, activateAfterSeconds: 7_200 })).toMatchObject({
      signsFrom: '2026-11-22T17:00:00Z',
    });
    clock.advance(600_000);
    expect(stateOf(fixture, kid)).toBe('next');
    expect(await planKey(context, { slug, kid, activateAfterSeconds: null })).toMatchObject({ signsFrom: null });
    clock.advance(86_400_000);
    expect(stateOf(fixture, kid)).toBe('next');
  });

  it('which was only published gets its time later', async () => {
    const fixture = await openWithIssuer();
    const { kid } = await stage(fixture);
    await planKey(fixture.context, { slug, kid, activateAfterSeconds: 30 });
    fixture.clock.advance(30_000);
    expect(stateOf(fixture, kid)).toBe('active');
  });

  it.each([
    ['activated', activateKey, 'active'],
    ['retired', retireKey, 'retired'],
    ['revoked', revokeKey, 'revoked'],
  ] as const)('is left alone when it was %s before', async (_, step, state) => {
    const fixture = await openWithIssuer();
    const { kid } = await stage(fixture, 600);
    expect(await step(fixture.context, { slug, kid })).toMatchObject({ state, signsFrom: null });
    const names = fixture.eventNames();
    fixture.clock.advance(600_000);
    expect(stateOf(fixture, kid)).toBe(state);
    expect(fixture.eventNames()).toEqual(names);
    expect(fixture.reports).toEqual([]);
  });

  it('signs before another one that is due later', async () => {
    const fixture = await openWithIssuer();
    const late = await stage(fixture, 1_200);
    const early = await stage(fixture, 600);
    fixture.clock.advance(600_000);
    expect([early, late].map(({ kid }) => stateOf(fixture, kid))).toEqual(['active', 'next']);
    fixture.clock.advance(600_000);
    expect([early, late].map(({ kid }) => stateOf(fixture, kid))).toEqual(['retiring', 'active']);
  });

  it('is what a schedule names as its next rotation, and the schedule goes on from it', async () => {
    const fixture = await openWithIssuer();
    const { context, clock } = fixture;
    await scheduleRotation(context, { slug, everySeconds: 7_200 });
    const { kid } = await stage(fixture, 600);
    expect((await showIssuer(context, { slug })).rotation?.nextAt).toBe('2026-11-22T15:10:00Z');
    clock.advance(600_000);
    expect(stateOf(fixture, kid)).toBe('active');
    expect((await showIssuer(context, { slug })).rotation?.nextAt).toBe('2026-11-22T17:10:00Z');
    clock.advance(7_200_000 - 600_000);
    await waitUntilHolds(() =>
      expect(fixture.context.keyring.bySlug(slug)?.keys.map(({ row }) => row.state)).toContain('next'),
    );
  });

  it('takes the place of the key that a schedule would publish, up to the moment in which that would sign', async () => {
    const fixture = await openWithIssuer();
    const { context, clock } = fixture;
    await scheduleRotation(context, { slug, everySeconds: 7_200 });
    const { kid } = await stage(fixture, 7_200);
    const generateKey = vi.spyOn(context, 'generateKey');
    clock.advance(7_200_000 - 1);
    expect(generateKey).not.toHaveBeenCalled();
    expect((await showIssuer(context, { slug })).rotation?.nextAt).toBe('2026-11-22T17:00:00Z');
    clock.advance(1);
    expect(stateOf(fixture, kid)).toBe('active');
    expect((await showIssuer(context, { slug })).rotation?.nextAt).toBe('2026-11-22T19:00:00Z');
  });

  it('signs when it says, also where a schedule rotates sooner, which it does with keys of its own', async () => {
    const fixture = await openWithIssuer();
    const { context, clock } = fixture;
    await scheduleRotation(context, { slug, everySeconds: 7_200 });
    const { kid } = await stage(fixture, 10_000);
    expect((await showIssuer(context, { slug })).rotation?.nextAt).toBe('2026-11-22T17:00:00Z');
    clock.advance(7_200_000 - 600_000);
    await waitUntilHolds(() => expect(context.keyring.bySlug(slug)?.keys).toHaveLength(3));
    clock.advance(600_000);
    expect(context.keyring.bySlug(slug)?.keys.map(({ row }) => row.state)).toEqual(['active', 'next', 'retiring']);
    expect(stateOf(fixture, kid)).toBe('next');
    expect((await showIssuer(context, { slug })).rotation?.nextAt).toBe('2026-11-22T17:46:40Z');
    clock.advance(10_000_000 - 7_200_000);
    expect(stateOf(fixture, kid)).toBe('active');
    expect((await showIssuer(context, { slug })).rotation?.nextAt).toBe('2026-11-22T19:46:40Z');
  });

  it('keeps no other one from its time when it cannot sign, and signs when it can', async () => {
    const fixture = await openWithIssuer();
    const { clock, store, reports } = fixture;
    const stuck = await stage(fixture, 600);
    const other = await stage(fixture, 610);
    const { update } = store.keys;
    const { id } = store.keys.all().find(({ kid }) => kid === stuck.kid)!;
    Object.assign(store.keys, {
      update: (...change: Parameters<typeof update>) => {
        if (change[0] === id) throw new Error('this key cannot be changed');
        update(...change);
      },
    });
    clock.advance(600_000);
    expect(reports).toHaveLength(1);
    clock.advance(10_000);
    expect([stuck, other].map(({ kid }) => stateOf(fixture, kid))).toEqual(['next', 'active']);
    Object.assign(store.keys, { update });
    clock.advance(60_000);
    expect([stuck, other].map(({ kid }) => stateOf(fixture, kid))).toEqual(['active', 'retiring']);
  });
});

it('a key that is no longer, or not, waiting to sign cannot be planned', async () => {
  const fixture = await openWithIssuer();
  const { context } = fixture;
  const plan = (kid: string) => planKey(context, { slug, kid, activateAfterSeconds: 60 });
  const { kid: old } = await fixture.mint({ slug });
  await expect(plan(old)).rejects.toMatchObject({ code: 'key_active' });
  await rotateKey(context, { slug, prepublish: false });
  await expect(plan(old)).rejects.toMatchObject({ code: 'key_state' });
  await expect(plan('nobody')).rejects.toMatchObject({ code: 'key_not_found' });
});
