import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { changeKey, type Daemon, expectStatus, setClock, startDaemon, verify } from '../support/daemon.ts';
import { connectLive } from '../support/live.ts';
import { makeHome, type Outcome } from '../support/program.ts';
import type { Issuer, LogEvent, Minted, Page, Verdict } from '../support/wire.ts';

const OVERLAP_SECONDS = 25 * 3_600;
const DAY_SECONDS = 86_400;

let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon({ args: ['--clock-control'] });
});
afterAll(() => daemon.stop());
afterEach(() => setClock(daemon, { reset: true }));

/** A cluster, by the order of its names, with what a test does to it. */
async function openCluster(slug: string, at = daemon) {
  const created = await at.control('POST', '/issuers', { slug, platform: 'miren', options: { names: 'a.example' } });
  const { url } = expectStatus<Issuer>(created, 201);
  return {
    url,
    /** What the real cluster signs while it goes by this name. */
    mintAs: async (name: string, more: object = {}): Promise<Minted> =>
      expectStatus(
        await at.control('POST', `/issuers/${slug}/tokens`, { lookAlike: true, options: { names: name }, ...more }),
        201,
      ),
    move: (...names: string[]): Promise<Outcome> =>
      at.cli(['issuers', 'configure', slug, '--set', `names=${names.join(',')}`, '--confirm']),
    judge: (token: string, by: Daemon = at): Promise<Verdict> => verify(by, token, { issuer: url, audience: 'miren' }),
    show: async (by: Daemon = at): Promise<Issuer & { previousIssuer?: { issuer: string; acceptedUntil: string } }> =>
      expectStatus(await by.control('GET', `/issuers/${slug}`), 200),
    moves: async (): Promise<LogEvent['detail'][]> => {
      const { items } = (await at.control('GET', '/events?limit=500')).json<Page<LogEvent>>();
      return items.filter(({ name, issuer }) => name === 'issuer.moved' && issuer === slug).map(({ detail }) => detail);
    },
  };
}

const findFaults = ({ checks }: Verdict) => checks.flatMap(({ code }) => code ?? []);

describe('MI-49: a cluster whose issuer has moved', () => {
  it('is believed under both names for 25 hours of the daemon’s clock, then under the new one', async () => {
    const cluster = await openCluster('moved');
    const { now } = await setClock(daemon, { freeze: true });
    const before = await cluster.mintAs('a.example');
    expect(before.claims.iss).toBe('https://a.example');
    const moved = await cluster.move('b.example', 'a.example');
    expect(moved.code, moved.stderr).toBe(0);
    for (const { token } of [before, await cluster.mintAs('b.example')]) {
      expect(await cluster.judge(token)).toMatchObject({ status: 'accepted', provenance: 'local-issuer' });
    }
    await setClock(daemon, { advanceSeconds: OVERLAP_SECONDS - 1 });
    // Both live for a day from now: nothing but their issuer can end one of them.
    const [old, current] = [
      await cluster.mintAs('a.example', { ttlSeconds: DAY_SECONDS }),
      await cluster.mintAs('b.example', { ttlSeconds: DAY_SECONDS }),
    ];
    const end = new Date(Date.parse(now) + OVERLAP_SECONDS * 1_000);
    const last = await cluster.judge(old.token);
    expect([last.status, Date.parse(last.changesAt ?? '')]).toEqual(['accepted', end.getTime()]);
    await setClock(daemon, { advanceSeconds: 1 });
    const over = await cluster.judge(old.token);
    expect([over.status, over.reason, findFaults(over)]).toEqual(['refused', 'iss_mismatch', ['iss_mismatch']]);
    expect((await cluster.judge(current.token)).status).toBe('accepted');
    expect((await cluster.show()).previousIssuer).toBeUndefined();
    const words = ['verify', '--url', cluster.url, '--audience', 'miren'];
    const codes = await Promise.all([old, current].map(({ token }) => daemon.cli([...words, '--token', token])));
    expect(codes.map(({ code }) => code)).toEqual([1, 0]);
  });

  it('tells whoever watches a token when its name is over', async () => {
    const cluster = await openCluster('watched');
    await setClock(daemon, { freeze: true });
    await cluster.move('b.example');
    await setClock(daemon, { advanceSeconds: OVERLAP_SECONDS - 60 });
    const { token } = await cluster.mintAs('a.example');
    const live = await connectLive(daemon);
    const watching = { token, expect: { issuer: cluster.url, audience: 'miren' } };
    const { watchId, verdict } = await live.request<{ watchId: string; verdict: Verdict }>('verify.watch', watching);
    expect(verdict.status).toBe('accepted');
    await setClock(daemon, { advanceSeconds: 60 });
    expect((await live.nextVerdict(watchId, 0)).reason).toBe('iss_mismatch');
    await live.close();
  });

  it('is shown with the name that it had, and until when that counts, also after a crash', async () => {
    const { home, remove } = makeHome();
    const first = await startDaemon({ home });
    const cluster = await openCluster('kept', first);
    const { token } = await cluster.mintAs('a.example');
    expect((await cluster.show()).previousIssuer).toBeUndefined();
    const moved = await cluster.move('b.example');
    const { previousIssuer } = await cluster.show();
    expect(previousIssuer?.issuer).toBe('https://a.example');
    const until = previousIssuer?.acceptedUntil ?? '';
    expect(moved.stderr).toContain(`accepted until ${until}`);
    expect(await cluster.moves()).toEqual([
      { from: 'https://a.example', to: 'https://b.example', acceptedUntil: until },
    ]);
    await first.terminate('SIGKILL');
    const second = await startDaemon({ home, port: first.port });
    expect((await cluster.show(second)).previousIssuer).toEqual(previousIssuer);
    expect((await second.cli(['issuers', 'show', 'kept'])).stdout).toContain(`https://a.example until ${until}`);
    expect((await cluster.judge(token, second)).status).toBe('accepted');
    await second.stop();
    remove();
  });

  it('has one name before: a second move within the time ends the first, and says so', async () => {
    const cluster = await openCluster('twice');
    const tokens = await Promise.all(['a.example', 'b.example', 'c.example'].map((name) => cluster.mintAs(name)));
    const first = await cluster.move('b.example');
    expect(first.stderr).not.toContain('refused from now on');
    const asked = await daemon.cli(['issuers', 'configure', 'twice', '--set', 'names=c.example']);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('those of https://a.example');
    const second = await cluster.move('c.example');
    expect(second.stderr).toMatch(/those of https:\/\/a\.example, .*, are refused from now on/);
    const verdicts = await Promise.all(tokens.map(({ token }) => cluster.judge(token)));
    expect(verdicts.map(({ reason }) => reason)).toEqual(['iss_mismatch', null, null]);
    expect((await cluster.moves()).at(-1)).toMatchObject({ from: 'https://b.example', ended: 'https://a.example' });
  });

  it('that moves back ends nothing, and one that has no name for a while keeps the last', async () => {
    const cluster = await openCluster('back');
    const tokens = await Promise.all(['a.example', 'b.example'].map((name) => cluster.mintAs(name)));
    const judgeBoth = async () =>
      (await Promise.all(tokens.map(({ token }) => cluster.judge(token)))).map(({ reason }) => reason);
    await cluster.move('b.example');
    const back = await cluster.move('a.example');
    expect(back.stderr).not.toContain('refused from now on');
    expect(await judgeBoth()).toEqual([null, null]);
    await cluster.move('');
    expect(await judgeBoth()).toEqual([null, 'iss_mismatch']);
    await cluster.move('b.example');
    expect(await judgeBoth()).toEqual([null, null]);
  });

  it('ends with its tokens, its keys and itself under either name', async () => {
    const [cluster, other] = [await openCluster('strict'), await openCluster('strict-other')];
    await cluster.move('b.example');
    const reasonFor = async ({ token }: Minted) => (await cluster.judge(token)).reason;
    const names = ['a.example', 'b.example'];
    for (const name of names) {
      const token = await cluster.mintAs(name);
      expect(await reasonFor(token)).toBeNull();
      expect((await other.judge(token.token)).reason).toBe('kid_unknown');
      expectStatus(await daemon.control('POST', `/tokens/${token.jti}/revoke`, {}), 200);
      expect(await reasonFor(token)).toBe('token_revoked');
      expect(await reasonFor(await other.mintAs(name))).toBe('kid_unknown');
    }
    expect(await reasonFor(await cluster.mintAs('c.example'))).toBe('iss_mismatch');
    // A name counts for who expects this very cluster: the real one may be somebody else's.
    const signed = await cluster.mintAs('a.example');
    expect((await verify(daemon, signed.token, { audience: 'miren' })).reason).toBe('iss_mismatch');
    expectStatus(await daemon.control('POST', '/issuers/strict/keys/rotate', {}), 200);
    await changeKey(daemon, 'strict', signed.kid, 'revoke');
    expect(await reasonFor(signed)).toBe('key_revoked');
    expectStatus(await daemon.control('DELETE', '/issuers/strict'), 200);
    expect((await cluster.judge(signed.token)).status).toBe('refused');
  });

  it('believes what its own key signed for the old name, and not what another key did', async () => {
    const cluster = await openCluster('imported');
    const [own, foreign] = [1, 2].map(() => generateKeyPairSync('ed25519').privateKey);
    const pem = String(own?.export({ type: 'pkcs8', format: 'pem' }));
    const imported = await daemon.control('POST', '/issuers/imported/keys/import', { pem });
    const { kid } = expectStatus<{ kid: string }>(imported, 201);
    await cluster.move('b.example');
    const now = Math.floor(Date.now() / 1_000);
    const input = [
      { alg: 'EdDSA', kid, typ: 'JWT' },
      {
        iss: 'https://a.example',
        sub: 'app:a:sandbox:s',
        aud: ['miren'],
        iat: now - 60,
        nbf: now - 60,
        exp: now + 600,
      },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const reasons = [own, foreign].map(async (key) => {
      const signature = key === undefined ? '' : sign(null, Buffer.from(input), key).toString('base64url');
      return (await cluster.judge(`${input}.${signature}`)).reason;
    });
    expect(await Promise.all(reasons)).toEqual([null, 'signature_invalid']);
  });
});
