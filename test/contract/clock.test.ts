import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createIssuer,
  type Daemon,
  expectStatus,
  fetchJwks,
  mint,
  rotate,
  setClock,
  startDaemon,
  verify,
} from '../support/daemon.ts';
import { connectLive, watchToken } from '../support/live.ts';
import { waitFor } from '../support/wait.ts';
import type { Issuer, Key, Page, Problem } from '../support/wire.ts';

const keysOf = async (daemon: Daemon, slug: string): Promise<Key[]> =>
  expectStatus<Page<Key>>(await daemon.control('GET', `/issuers/${slug}/keys`), 200).items;
const publishedKids = async (daemon: Daemon, slug: string): Promise<string[]> =>
  (await fetchJwks(`${daemon.baseUrl}/issuers/${slug}`)).keys.map(({ kid }) => kid);

describe('without --clock-control', () => {
  it('the time is shown, and refused to be set, by API and by command', async () => {
    const daemon = await startDaemon();
    expect(expectStatus(await daemon.control('GET', '/clock'), 200)).toMatchObject({
      frozen: false,
      offsetSeconds: 0,
      controllable: false,
    });
    for (const change of [{ freeze: true }, { advanceSeconds: 1 }, { reset: true }]) {
      const answer = await daemon.control('POST', '/clock', change);
      expect({ status: answer.status, code: answer.json<Problem>().code }).toEqual({
        status: 403,
        code: 'clock_control_disabled',
      });
    }
    const { code, stderr } = await daemon.cli(['clock', 'advance', '60']);
    expect(code).toBe(1);
    expect(stderr).toContain('mintmark start --clock-control');
    await daemon.stop();
  });
});

describe('with --clock-control', () => {
  let daemon: Daemon;
  beforeAll(async () => {
    daemon = await startDaemon({ args: ['--clock-control'] });
    await createIssuer(daemon, 'tokens', { alg: 'ES256' });
  });
  afterAll(() => daemon.stop());

  it('a frozen time stands still and an advance moves it by exactly as much', async () => {
    const { now } = await setClock(daemon, { freeze: true });
    expect(await setClock(daemon, { advanceSeconds: 90 })).toMatchObject({ frozen: true });
    const later = expectStatus<{ now: string }>(await daemon.control('GET', '/clock'), 200).now;
    expect(Date.parse(later) - Date.parse(now)).toBe(90_000);
    const { claims } = await mint(daemon, 'tokens');
    expect(claims.iat).toBe(Math.floor(Date.parse(later) / 1000));
  });

  it('tokens expire at exp, not a millisecond before', async () => {
    const { now } = await setClock(daemon, { freeze: true });
    // Times in a token are whole seconds: start on one.
    await setClock(daemon, { freeze: new Date(Math.ceil(Date.parse(now) / 1000) * 1000).toISOString() });
    const { token } = await mint(daemon, 'tokens', { ttlSeconds: 60 });
    await setClock(daemon, { advanceSeconds: 59.999 });
    expect(await verify(daemon, token)).toMatchObject({ status: 'accepted' });
    await setClock(daemon, { advanceSeconds: 0.001 });
    expect(await verify(daemon, token)).toMatchObject({ status: 'refused', reason: 'expired' });
    expect(await verify(daemon, token, { leewaySeconds: 1 })).toMatchObject({ status: 'accepted' });
  });

  it('watches change at the moment that time passes exp', async () => {
    await setClock(daemon, { freeze: true });
    const { token, expiresAt } = await mint(daemon, 'tokens', { ttlSeconds: 3600 });
    const live = await connectLive(daemon);
    const { watchId, verdict } = await watchToken(live, token);
    expect(verdict).toMatchObject({ status: 'accepted', changesAt: expiresAt });
    await setClock(daemon, { advanceSeconds: 3000 });
    expect(live.verdicts(watchId)).toEqual([]);
    await setClock(daemon, { advanceSeconds: 601 });
    expect(await live.nextVerdict(watchId, 0)).toMatchObject({ status: 'refused', reason: 'expired' });
    await live.close();
  });

  it('a key leaves the key set by itself once the last token it signed cannot be alive any more', async () => {
    await createIssuer(daemon, 'overlap', { alg: 'ES256' });
    await setClock(daemon, { freeze: true });
    const old = await mint(daemon, 'overlap', { ttlSeconds: 86_400 });
    await rotate(daemon, 'overlap');
    const retiring = (await keysOf(daemon, 'overlap')).find(({ kid }) => kid === old.kid);
    const { now } = expectStatus<{ now: string }>(await daemon.control('GET', '/clock'), 200);
    const overlapSeconds = (Date.parse(retiring?.verifiesUntil ?? '') - Date.parse(now)) / 1000;
    expect(overlapSeconds).toBeGreaterThan(86_400);
    await setClock(daemon, { advanceSeconds: overlapSeconds - 1 });
    expect(await publishedKids(daemon, 'overlap')).toContain(old.kid);
    await setClock(daemon, { advanceSeconds: 2 });
    await waitFor('the old key to leave', async () => !(await publishedKids(daemon, 'overlap')).includes(old.kid));
    const retired = (await keysOf(daemon, 'overlap')).find(({ kid }) => kid === old.kid);
    expect(retired?.state).toBe('retired');
  });

  it('a schedule publishes the next key before it signs, and goes on', async () => {
    await createIssuer(daemon, 'scheduled', { alg: 'ES256' });
    await setClock(daemon, { freeze: true });
    const { kid: first } = await mint(daemon, 'scheduled');
    const { rotation } = expectStatus<Issuer>(
      await daemon.control('POST', '/issuers/scheduled/keys/schedule', { everySeconds: 3600 }),
      200,
    );
    const lead = rotation?.leadSeconds ?? 0;
    expect(lead).toBeGreaterThan(0);
    let signer = first;
    for (let round = 0; round < 2; round += 1) {
      await setClock(daemon, { advanceSeconds: 3600 - lead });
      const next = await waitFor('the next key', async () =>
        (await keysOf(daemon, 'scheduled')).find(({ state }) => state === 'next'),
      );
      expect(await publishedKids(daemon, 'scheduled')).toContain(next.kid);
      expect((await mint(daemon, 'scheduled')).kid).toBe(signer);
      await setClock(daemon, { advanceSeconds: lead });
      await waitFor('the change of keys', async () => (await mint(daemon, 'scheduled')).kid === next.kid);
      signer = next.kid;
    }
    const ended = await daemon.control('POST', '/issuers/scheduled/keys/schedule', { everySeconds: null });
    expect(expectStatus<Issuer>(ended, 200).rotation).toBeNull();
  });

  it('records and events carry the time that was set', async () => {
    const { now } = await setClock(daemon, { freeze: true });
    const { jti } = await mint(daemon, 'tokens');
    const { items } = expectStatus<Page<{ at: string; subject: string }>>(
      await daemon.control('GET', '/events?limit=1000'),
      200,
    );
    expect(items.find(({ subject }) => subject === jti)?.at).toBe(now);
  });

  it('the command line shows and moves the time too', async () => {
    await setClock(daemon, { freeze: true });
    const before = JSON.parse((await daemon.cli(['clock', 'show', '--json'])).stdout) as { now: string };
    expect((await daemon.cli(['clock', 'advance', '60'])).code).toBe(0);
    const after = JSON.parse((await daemon.cli(['clock', 'show', '--json'])).stdout) as { now: string };
    expect(Date.parse(after.now) - Date.parse(before.now)).toBe(60_000);
  });

  it('going back is followed too: the next token is of that time, and valid in it', async () => {
    const own = await startDaemon({ args: ['--clock-control'] });
    await setClock(own, { advanceSeconds: 3600 });
    const late = await mint(own);
    await setClock(own, { reset: true });
    const later = await mint(own);
    expect(later.claims.iat).toBeLessThan(late.claims.iat);
    expect(await verify(own, later.token)).toMatchObject({ status: 'accepted' });
    expect(await verify(own, late.token)).toMatchObject({ status: 'refused', reason: 'not_yet_valid' });
    await own.stop();
  });

  it.each([
    ['a negative step', { advanceSeconds: -1 }],
    ['a moment that is none', { freeze: 'yesterday' }],
    ['a member that nobody knows', { jump: true }],
  ])('refuses %s', async (_what, change) => {
    expect((await daemon.control('POST', '/clock', change)).json<Problem>().code).toBe('invalid_request');
  });
});
