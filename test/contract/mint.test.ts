import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createIssuer,
  type Daemon,
  expectStatus,
  type MintInput,
  mint,
  startDaemon,
  verify,
} from '../support/daemon.ts';
import { makeHome } from '../support/program.ts';
import { ALGORITHMS, type Minted, type Page, type Problem, type TokenRecord } from '../support/wire.ts';

let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(() => daemon.stop());

const refuse = async (input: unknown): Promise<{ status: number; code: string }> => {
  const answer = await daemon.control('POST', '/issuers/default/tokens', input);
  return { status: answer.status, code: answer.json<Problem>().code };
};

describe('a minted token', () => {
  it('carries what the answer says it carries', async () => {
    const minted = await mint(daemon, 'default', { subject: 'repo:acme/shop', claims: { run: 7, who: ['a', null] } });
    expect(decodeJwt(minted.token)).toEqual(minted.claims);
    expect(decodeProtectedHeader(minted.token)).toEqual(minted.header);
    expect(minted.header).toMatchObject({ alg: 'RS256', kid: minted.kid, typ: 'JWT' });
    expect(minted.claims).toMatchObject({
      iss: `${daemon.baseUrl}/issuers/default`,
      sub: 'repo:acme/shop',
      jti: minted.jti,
      run: 7,
      who: ['a', null],
    });
  });

  it('has whole seconds for times, and a life of exactly what was asked', async () => {
    for (const ttlSeconds of [1, 61, 86_400]) {
      const { claims, expiresAt } = await mint(daemon, 'default', { ttlSeconds });
      for (const name of ['iat', 'nbf', 'exp'] as const) expect(Number.isInteger(claims[name])).toBe(true);
      expect(claims.exp - claims.iat).toBe(ttlSeconds);
      expect(claims.nbf).toBe(claims.iat);
      expect(Date.parse(expiresAt)).toBe(claims.exp * 1000);
    }
  });

  it("lives as long as its issuer's tokens do when nobody says otherwise", async () => {
    await createIssuer(daemon, 'brief', { alg: 'ES256', tokenTtlSeconds: 90 });
    const { claims } = await mint(daemon, 'brief');
    expect(claims.exp - claims.iat).toBe(90);
  });

  it('has a jti of its own, 400 times over and at once', async () => {
    const minted = await Promise.all(Array.from({ length: 400 }, () => mint(daemon)));
    expect(new Set(minted.map(({ jti }) => jti)).size).toBe(400);
    expect(new Set(minted.map(({ token }) => token.split('.')[2])).size).toBe(400);
  });

  it('is accepted at once, for every algorithm', async () => {
    for (const alg of ALGORITHMS) {
      await createIssuer(daemon, `alg-${alg.toLowerCase()}`, { alg });
      const { token, header } = await mint(daemon, `alg-${alg.toLowerCase()}`);
      expect(header.alg).toBe(alg);
      expect(await verify(daemon, token)).toMatchObject({ status: 'accepted', provenance: 'local-issuer' });
    }
  });

  it('may say what type it is', async () => {
    const { token, header } = await mint(daemon, 'default', { header: { typ: 'at+jwt' } });
    expect(header.typ).toBe('at+jwt');
    expect(await verify(daemon, token)).toMatchObject({ status: 'refused', reason: 'typ_mismatch' });
    expect(await verify(daemon, token, { type: 'at+jwt' })).toMatchObject({ status: 'accepted' });
  });

  it('keeps one audience as text and several as a list', async () => {
    expect((await mint(daemon, 'default', { audience: 'one' })).claims.aud).toBe('one');
    expect((await mint(daemon, 'default', { audience: ['one', 'two'] })).claims.aud).toEqual(['one', 'two']);
  });

  it('keeps members named __proto__ and constructor as plain data', async () => {
    const body = '{"claims":{"__proto__":{"admin":true},"constructor":"x"}}';
    const answer = await daemon.control('POST', '/issuers/default/tokens', undefined, {
      body,
      headers: { 'content-type': 'application/json' },
    });
    if (answer.status === 201) {
      const payload = Buffer.from(answer.json<Minted>().token.split('.')[1] ?? '', 'base64url').toString();
      expect(payload).toContain('"__proto__":{"admin":true}');
    } else {
      expect(answer.status).toBe(400);
    }
  });
});

describe('minting', () => {
  it.each(['iss', 'iat', 'nbf', 'exp', 'jti', 'sub', 'aud'])('refuses to have %s set as a claim', async (name) => {
    expect(await refuse({ claims: { [name]: 'mine' } })).toEqual({ status: 400, code: 'reserved_claim' });
  });

  it.each(['alg', 'kid', 'jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64', 'enc', 'zip'])(
    'refuses to have %s set in the header',
    async (name) => {
      expect(await refuse({ header: { [name]: 'mine' } })).toEqual({ status: 400, code: 'reserved_header' });
    },
  );

  const outOfForm: [string, unknown, string][] = [
    ['a life of no time', { ttlSeconds: 0 }, 'ttl_out_of_range'],
    ['a negative life', { ttlSeconds: -1 }, 'ttl_out_of_range'],
    ['a life of more than a day', { ttlSeconds: 86_401 }, 'ttl_out_of_range'],
    ['half a second', { ttlSeconds: 1.5 }, 'invalid_request'],
    ['a life in words', { ttlSeconds: '5m' }, 'invalid_request'],
    ['an empty subject', { subject: '' }, 'invalid_request'],
    ['a subject of 256 characters', { subject: 'x'.repeat(256) }, 'invalid_request'],
    ['no audience in a list', { audience: [] }, 'invalid_request'],
    ['65 audiences', { audience: Array.from({ length: 65 }, (_, n) => `aud-${n}`) }, 'invalid_request'],
    ['a member that nobody knows', { admin: true }, 'invalid_request'],
    ['claims that make the token longer than anyone takes', { claims: { long: 'x'.repeat(20_000) } }, 'too_large'],
  ];
  it.each(outOfForm)('refuses %s', async (_what, input, code) => {
    const refusal = await refuse(input);
    expect(refusal.code).toBe(code);
    expect([400, 413]).toContain(refusal.status);
  });

  it('keeps a record of each token, without the token', async () => {
    const minted = await mint(daemon, 'default', { subject: 'repo:acme/shop' } satisfies MintInput);
    const answer = await daemon.control('GET', `/tokens/${minted.jti}`);
    const record = expectStatus<TokenRecord>(answer, 200);
    expect(record).toMatchObject({ jti: minted.jti, kid: minted.kid, claims: minted.claims, revokedAt: null });
    const [, payload = '', signature = ''] = minted.token.split('.');
    expect(answer.text).not.toContain(signature);
    expect(answer.text).not.toContain(payload);
    const list = expectStatus<Page<TokenRecord>>(await daemon.control('GET', '/tokens?limit=1'), 200);
    expect(list.items[0]?.jti).toBe(minted.jti);
  });

  it('lists every token once, newest first, page by page', async () => {
    await createIssuer(daemon, 'paged', { alg: 'EdDSA' });
    const made: string[] = [];
    for (let n = 0; n < 7; n += 1) made.push((await mint(daemon, 'paged')).jti);
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < 10; page += 1) {
      const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const answer: Page<TokenRecord> = expectStatus(
        await daemon.control('GET', `/tokens?issuer=paged&limit=3${more}`),
        200,
      );
      seen.push(...answer.items.map(({ jti }) => jti));
      cursor = answer.nextCursor;
      if (cursor === null) break;
    }
    expect(seen).toEqual(made.reverse());
  });

  it('revokes a token for good, and says so again when asked again', async () => {
    const { token, jti } = await mint(daemon);
    for (const _ of [1, 2]) {
      const record = expectStatus<TokenRecord>(await daemon.control('POST', `/tokens/${jti}/revoke`, {}), 200);
      expect(record.revokedAt).not.toBeNull();
    }
    expect(await verify(daemon, token)).toMatchObject({ status: 'refused', reason: 'token_revoked' });
    expect((await daemon.control('POST', '/tokens/nonesuch/revoke', {})).json<Problem>().code).toBe('token_not_found');
  });

  it('is durable: what was answered is there after the process was killed in the same instant', async () => {
    const place = makeHome();
    const first = await startDaemon({ home: place.home });
    const answered: Minted[] = [];
    const running = Array.from({ length: 16 }, async () => {
      for (;;) answered.push(await mint(first));
    });
    const stopped = Promise.allSettled(running);
    while (answered.length < 100) await mint(first).then((minted) => answered.push(minted));
    await first.terminate('SIGKILL');
    await stopped;
    const second = await startDaemon({ home: place.home });
    for (const { jti } of answered) expect((await second.control('GET', `/tokens/${jti}`)).status).toBe(200);
    await second.stop();
    place.remove();
  });
});
