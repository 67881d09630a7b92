import { setImmediate as endOfTurn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createIssuer, showIssuer } from '../../../daemon/issuer/issuers.ts';
import { listKeys, rotateKey, scheduleRotation } from '../../../daemon/issuer/keys.ts';
import { waitUntilHolds } from '../../support/wait.ts';
import { FAST, type Fixture, openFixture } from './setup.ts';

const slug = 'a';
const HOUR_MS = 3_600_000;
/** Longest life of a generic token and the max-age of its documents. */
const VERIFIES_MS = (86_400 + 600) * 1_000;

async function openWithIssuer(): Promise<Fixture> {
  const fixture = await openFixture();
  await createIssuer(fixture.context, { slug, ...FAST });
  return fixture;
}

const statesOf = ({ context }: Fixture) => context.keyring.bySlug(slug)!.keys.map((key) => key.row.state);

test('a superseded key leaves the JWKS when its last token and the last cached JWKS are over', async () => {
  const fixture = await openWithIssuer();
  const { context, clock, mint, judge } = fixture;
  const { token } = await mint({ slug, ttlSeconds: 86_400 });
  await rotateKey(context, { slug, prepublish: false });
  const { items } = await listKeys(context, { slug });
  expect(items[1]).toMatchObject({ state: 'retiring', verifiesUntil: '2026-11-23T15:10:00Z' });
  clock.advance(86_400_000 - 1);
  expect(judge(token).status).toBe('accepted');
  clock.advance(VERIFIES_MS - 86_400_000);
  expect(statesOf(fixture)).toEqual(['active', 'retiring']);
  clock.advance(1);
  expect(statesOf(fixture)).toEqual(['active', 'retired']);
  expect(judge(token)).toMatchObject({ reason: 'key_retired' });
  expect(fixture.eventNames().at(-1)).toBe('key.retired');
});

test('what became due while nobody ran is done at the next opening', async () => {
  const fixture = await openWithIssuer();
  await rotateKey(fixture.context, { slug, prepublish: false });
  fixture.close();
  fixture.clock.advance(VERIFIES_MS);
  expect(statesOf(fixture)).toEqual(['active', 'retiring']);
  const later = await fixture.reopen();
  expect(statesOf(later)).toEqual(['active', 'retired']);
  expect(later.eventNames().at(-1)).toBe('key.retired');
});

test('a scheduled rotation publishes first and signs when others have seen the key', async () => {
  const fixture = await openWithIssuer();
  const { context, clock, mint } = fixture;
  const before = (await mint({ slug })).kid;
  const { rotation } = await scheduleRotation(context, { slug, everySeconds: 7_200 });
  expect(rotation).toEqual({ everySeconds: 7_200, leadSeconds: 600, nextAt: '2026-11-22T17:00:00Z' });
  clock.advance(2 * HOUR_MS - 600_000 - 1);
  expect(statesOf(fixture)).toEqual(['active']);
  clock.advance(1);
  await waitUntilHolds(() => expect(statesOf(fixture)).toEqual(['active', 'next']));
  expect((await showIssuer(context, { slug })).rotation?.nextAt).toBe('2026-11-22T17:00:00Z');
  clock.advance(600_000 - 1);
  expect((await mint({ slug })).kid).toBe(before);
  clock.advance(1);
  expect(statesOf(fixture)).toEqual(['active', 'retiring']);
  expect((await mint({ slug })).kid).not.toBe(before);
});

test('an overdue schedule still publishes for its lead before it signs, and rotates once', async () => {
  const fixture = await openWithIssuer();
  const { context, clock } = fixture;
  await scheduleRotation(context, { slug, everySeconds: 7_200 });
  clock.advance(100 * HOUR_MS);
  await waitUntilHolds(() => expect(statesOf(fixture)).toEqual(['active', 'next']));
  expect((await showIssuer(context, { slug })).rotation?.nextAt).toBe('2026-11-26T19:10:00Z');
  clock.advance(600_000);
  expect(statesOf(fixture)).toEqual(['active', 'retiring']);
});

test('a schedule that begins overdue says when its first key will sign, not when it should have', async () => {
  const fixture = await openWithIssuer();
  const { context, clock } = fixture;
  clock.advance(100 * HOUR_MS);
  const { rotation } = await scheduleRotation(context, { slug, everySeconds: 7_200 });
  expect(rotation?.nextAt).toBe('2026-11-26T19:10:00Z');
  await waitUntilHolds(() => expect(statesOf(fixture)).toEqual(['active', 'next']));
  clock.advance(600_000);
  expect(statesOf(fixture)).toEqual(['active', 'retiring']);
});

test('a short interval has a lead of half of it', async () => {
  const { context } = await openWithIssuer();
  const { rotation } = await scheduleRotation(context, { slug, everySeconds: 601 });
  expect(rotation?.leadSeconds).toBe(300);
});

test('an interval is refused that would leave more than 200 superseded keys in the JWKS', async () => {
  const { context } = await openWithIssuer();
  const refusal = scheduleRotation(context, { slug, everySeconds: 434 });
  await expect(refusal).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining('435') });
  expect((await showIssuer(context, { slug })).rotation).toBeNull();
  expect((await scheduleRotation(context, { slug, everySeconds: 435 })).rotation?.everySeconds).toBe(435);
});

test('a schedule outlives the daemon', async () => {
  const fixture = await openWithIssuer();
  await scheduleRotation(fixture.context, { slug, everySeconds: 7_200 });
  const reopened = await fixture.reopen();
  reopened.clock.advance(2 * HOUR_MS - 600_000);
  await waitUntilHolds(() => expect(statesOf(reopened)).toEqual(['active', 'next']));
  const again = await reopened.reopen();
  again.clock.advance(600_000);
  expect(statesOf(again)).toEqual(['active', 'retiring']);
});

test('a key that is made while the daemon stops is published by the next one', async () => {
  const fixture = await openWithIssuer();
  const { context, clock, store, reports } = fixture;
  await scheduleRotation(context, { slug, everySeconds: 7_200 });
  const generateKey = vi.spyOn(context, 'generateKey');
  clock.advance(2 * HOUR_MS - 600_000);
  expect(generateKey).toHaveBeenCalledOnce();
  fixture.close();
  await generateKey.mock.results[0]?.value;
  await endOfTurn();
  expect(store.keys.byIssuer(context.keyring.bySlug(slug)!.row.id)).toHaveLength(1);
  expect(reports).toEqual([]);
  const reopened = await fixture.reopen();
  await waitUntilHolds(() => expect(statesOf(reopened)).toEqual(['active', 'next']));
});

test('a schedule that was ended does nothing more', async () => {
  const fixture = await openWithIssuer();
  const { context, clock } = fixture;
  await scheduleRotation(context, { slug, everySeconds: 7_200 });
  expect((await scheduleRotation(context, { slug, everySeconds: null })).rotation).toBeNull();
  clock.advance(100 * HOUR_MS);
  await new Promise((resolve) => setImmediate(resolve));
  expect(statesOf(fixture)).toEqual(['active']);
  expect(fixture.eventNames().filter((name) => name === 'key.scheduled')).toHaveLength(2);
});

test('a step that cannot be written is reported and done later', async () => {
  const fixture = await openWithIssuer();
  const { context, clock, store, reports } = fixture;
  await rotateKey(context, { slug, prepublish: false });
  const { append } = store.events;
  Object.assign(store.events, {
    append: () => {
      throw new Error('the disk is full');
    },
  });
  clock.advance(VERIFIES_MS);
  expect(reports).toHaveLength(1);
  expect(statesOf(fixture)).toEqual(['active', 'retiring']);
  Object.assign(store.events, { append });
  clock.advance(60_000);
  expect(statesOf(fixture)).toEqual(['active', 'retired']);
});
