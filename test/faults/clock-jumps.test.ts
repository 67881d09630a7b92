import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Daemon, expectStatus, mint, setClock, showIssuer, startDaemon, verify } from '../support/daemon.ts';
import { connectLive, watchToken } from '../support/live.ts';
import { makeHome } from '../support/program.ts';
import { waitFor } from '../support/wait.ts';
import { expectServed } from './served.ts';

const HOUR = 3600;
const LEAP_OF_2038 = '2038-01-19T03:14:08Z';

describe('a clock that jumps', () => {
  let daemon: Daemon;
  let port: number;
  let place: { home: string; remove(): void };
  const start = (): Promise<Daemon> => startDaemon({ home: place.home, port, args: ['--clock-control'] });

  beforeEach(async () => {
    place = makeHome();
    port = 0;
    daemon = await start();
    ({ port } = daemon);
  });

  afterEach(async () => {
    await daemon.terminate();
    place.remove();
  });

  /** The daemon's own time, moved by `seconds`, as an instant. */
  async function instantFromNow(seconds: number): Promise<string> {
    const { now } = expectStatus<{ now: string }>(await daemon.control('GET', '/clock'), 200);
    return new Date(Date.parse(now) + seconds * 1000).toISOString();
  }

  it('back by an hour mints tokens of that hour, and no jti twice', async () => {
    const before = await Promise.all(Array.from({ length: 50 }, () => mint(daemon)));
    await setClock(daemon, { freeze: await instantFromNow(-HOUR) });
    const after = await Promise.all(Array.from({ length: 50 }, () => mint(daemon)));
    expect(new Set([...before, ...after].map(({ jti }) => jti)).size).toBe(100);
    for (const { token } of after) expect((await verify(daemon, token)).status).toBe('accepted');
    expect((await verify(daemon, before[0]!.token)).reason).toBe('not_yet_valid');
  });

  it('forward by an hour and back lets the verdict follow the time', async () => {
    const { token } = await mint(daemon, 'default', { ttlSeconds: 1800 });
    const now = await instantFromNow(0);
    await setClock(daemon, { freeze: await instantFromNow(HOUR) });
    expect((await verify(daemon, token)).reason).toBe('expired');
    await setClock(daemon, { freeze: now });
    expect((await verify(daemon, token)).status).toBe('accepted');
    await expectServed(daemon);
  });

  it('past 2038 keeps minting, verifying, rotating and restarting', async () => {
    await setClock(daemon, { freeze: LEAP_OF_2038 });
    const minted = await mint(daemon);
    expect(minted.claims.iat).toBe(2 ** 31);
    await daemon.control('POST', '/issuers/default/keys/rotate', {});
    await expectServed(daemon);
    await daemon.terminate();
    // Back in the present: the state was written in a future that is now ahead.
    daemon = await start();
    expect((await daemon.control('GET', `/tokens/${minted.jti}`)).status).toBe(200);
    expect((await showIssuer(daemon, 'default')).keys.filter(({ state }) => state === 'active')).toHaveLength(1);
    const fresh = await mint(daemon);
    expect((await verify(daemon, fresh.token)).status).toBe('accepted');
  });

  it.each(['1969-12-31T23:59:59Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])(
    'to %s leaves a daemon that works',
    async (instant) => {
      const answer = await daemon.control('POST', '/clock', { freeze: instant });
      expect(answer.status).toBeLessThan(500);
      const odd = await daemon.control('POST', '/issuers/default/tokens', {});
      expect(odd.json()).not.toMatchObject({ code: 'internal' });
      const rotation = await daemon.control('POST', '/issuers/default/keys/rotate', {});
      expect(rotation.json()).not.toMatchObject({ code: 'internal' });
      await setClock(daemon, { reset: true });
      expect((await showIssuer(daemon, 'default')).keys.filter(({ state }) => state === 'active')).toHaveLength(1);
      await expectServed(daemon);
    },
  );

  it('across a hundred scheduled rotations ends with one active key and no rotation twice', async () => {
    await daemon.control('POST', '/issuers', { slug: 'scheduled', platform: 'generic', alg: 'ES256' });
    expectStatus(await daemon.control('POST', '/issuers/scheduled/keys/schedule', { everySeconds: HOUR }), 200);
    const [first] = (await showIssuer(daemon, 'scheduled')).keys;
    await setClock(daemon, { freeze: await instantFromNow(-2 * HOUR) });
    expect((await showIssuer(daemon, 'scheduled')).keys[0]?.kid).toBe(first?.kid);
    // Overdue a hundred times, a key is still published before it signs.
    await setClock(daemon, { freeze: await instantFromNow(102 * HOUR) });
    const published = await waitFor('a published key', async () => {
      return (await showIssuer(daemon, 'scheduled')).keys.find(({ state }) => state === 'next');
    });
    await setClock(daemon, { advanceSeconds: HOUR / 2 });
    const turned = await waitFor('a rotation', async () => {
      const { keys } = await showIssuer(daemon, 'scheduled');
      return keys[0]?.kid === published.kid && keys;
    });
    expect(turned.filter(({ state }) => state === 'active')).toHaveLength(1);
    expect(turned).toHaveLength(2);
    await expectServed(daemon);
  });

  it('tells a watch of every verdict that the jumps make', async () => {
    const live = await connectLive(daemon);
    const { token } = await mint(daemon, 'default', { ttlSeconds: 60 });
    const present = await instantFromNow(0);
    const { watchId, verdict } = await watchToken(live, token);
    expect(verdict.status).toBe('accepted');
    await setClock(daemon, { freeze: await instantFromNow(120) });
    expect((await live.nextVerdict(watchId, 0)).reason).toBe('expired');
    await setClock(daemon, { freeze: present });
    expect((await live.nextVerdict(watchId, 1)).status).toBe('accepted');
    await live.close();
  });
});
