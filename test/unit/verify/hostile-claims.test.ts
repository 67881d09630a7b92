import { describe, expect, it } from 'vitest';
import type { KeySet } from '../../../daemon/verify/keys.ts';
import { asVerificationKey, forgeToken, makeKey } from '../../support/forge.ts';
import { AUDIENCE, expected, failures, findCheck, goodClaims, ISSUER, judge, keySetOf, NOW } from './judge.ts';

const key = makeKey('ES256');
const keys = keySetOf(key);

const judgeClaims = (change: Record<string, unknown>, expect = expected, nowMs = NOW * 1000) =>
  judge(forgeToken(key, goodClaims(change)), keys, expect, nowMs);

/** Claims as JSON text, for values that `JSON.stringify` cannot write. */
const judgeRaw = (name: string, value: string) =>
  judge(forgeToken(key, JSON.stringify(goodClaims({ [name]: undefined })).replace('{', `{"${name}":${value},`)), keys);

describe('exp', () => {
  it.each([['1795000000'], [null], [true], [[]], [{}], [-1]])('J33: %j is refused', (exp) => {
    expect(judgeClaims({ exp, nbf: undefined, iat: undefined }).reason).toBe('exp_range');
  });

  it('J33: 0 is long expired', () => {
    expect(judgeClaims({ exp: 0, nbf: undefined, iat: undefined }).reason).toBe('expired');
  });

  // A number that no double holds is refused by the strict reader, before any rule about exp.
  it('J34: 1e999 is refused', () => {
    expect(judgeRaw('exp', '1e999').reason).toBe('format');
  });

  it.each([1e300, 253_402_300_800])('J34: %d is refused', (exp) => {
    expect(judgeClaims({ exp }).reason).toBe('exp_range');
  });

  it('J35: milliseconds are refused, and called by their name', () => {
    const verdict = judgeClaims({ exp: (NOW + 300) * 1000 });
    expect(verdict.reason).toBe('exp_range');
    expect(findCheck(verdict, 'expiry').detail).toContain('milliseconds');
  });

  it('J36: must be there', () => {
    expect(judgeClaims({ exp: undefined }).reason).toBe('exp_missing');
  });

  it.each([
    [0, 0, 'expired'],
    [-1, 0, 'expired'],
    [1, 0, null],
    [-59, 60, null],
    [-60, 60, 'expired'],
    [-61, 60, 'expired'],
  ])('J37: now %+i s with a leeway of %i s gives %s', (offset, leewaySeconds, reason) => {
    const verdict = judgeClaims({ exp: NOW + offset, iat: NOW - 100, nbf: NOW - 100 }, { ...expected, leewaySeconds });
    expect(verdict.reason).toBe(reason);
  });

  it('J38: half a second from now is accepted, to the millisecond', () => {
    const claims = { exp: NOW + 0.5 };
    expect(judgeClaims(claims, expected, NOW * 1000 + 499).status).toBe('accepted');
    expect(judgeClaims(claims, expected, NOW * 1000 + 500).reason).toBe('expired');
    expect(judgeClaims(claims).expiresAt).toBe('2027-01-15T08:00:00.500Z');
  });
});

describe('nbf', () => {
  it.each([
    [60, 60, null],
    [61, 60, 'not_yet_valid'],
    [1, 0, 'not_yet_valid'],
    [0, 0, null],
  ])('J39: now %+i s with a leeway of %i s gives %s', (offset, leewaySeconds, reason) => {
    expect(judgeClaims({ nbf: NOW + offset }, { ...expected, leewaySeconds }).reason).toBe(reason);
  });

  it.each([[String(NOW)], [null], [{}], [-1], [1e300]])('J39: %j is refused', (nbf) => {
    expect(judgeClaims({ nbf }).reason).toBe('nbf_invalid');
  });

  it('J39: must not be later than exp', () => {
    expect(judgeClaims({ nbf: NOW + 301 }).reason).toBe('nbf_invalid');
  });

  it('may be absent', () => {
    expect(judgeClaims({ nbf: undefined }).status).toBe('accepted');
  });
});

describe('iat', () => {
  it('J40: must not lie further ahead than the leeway', () => {
    expect(judgeClaims({ iat: NOW + 1 }).reason).toBe('iat_future');
    expect(judgeClaims({ iat: NOW + 60 }, { ...expected, leewaySeconds: 60 }).status).toBe('accepted');
    expect(judgeClaims({ iat: NOW + 61 }, { ...expected, leewaySeconds: 60 }).reason).toBe('iat_future');
  });

  it('J40: must not be later than exp', () => {
    expect(judgeClaims({ iat: NOW + 301 }).reason).toBe('iat_invalid');
  });

  it.each([[String(NOW)], [null], [[]], [-1]])('J40: %j is refused', (iat) => {
    expect(judgeClaims({ iat }).reason).toBe('iat_invalid');
  });

  it('J41: a life of a day is accepted, a second more is refused', () => {
    expect(judgeClaims({ iat: NOW, exp: NOW + 86_400 }).status).toBe('accepted');
    expect(judgeClaims({ iat: NOW, exp: NOW + 86_401 }).reason).toBe('lifetime');
    expect(judgeClaims({ iat: NOW, exp: NOW + 86_401 }, { ...expected, maxLifetimeSeconds: 90_000 }).status).toBe(
      'accepted',
    );
  });

  it('J41: without iat the life that is left counts', () => {
    expect(judgeClaims({ iat: undefined, exp: NOW + 86_401 }).reason).toBe('lifetime');
    expect(judgeClaims({ iat: undefined, exp: NOW + 86_400 }).status).toBe('accepted');
  });
});

describe('aud', () => {
  it.each([
    [''],
    [[]],
    [['']],
    [1],
    [{}],
    [[AUDIENCE, 1]],
    [[AUDIENCE, null]],
    [`${AUDIENCE}b`],
    [AUDIENCE.toUpperCase()],
    [`${AUDIENCE}/`],
    [new Array(65).fill(AUDIENCE)],
    [null],
  ])('J42: %j is refused', (aud) => {
    expect(judgeClaims({ aud }).reason).toBe('aud_mismatch');
  });

  it('J42: one of several is enough', () => {
    expect(judgeClaims({ aud: ['x', AUDIENCE] }).status).toBe('accepted');
    expect(judgeClaims({}, { ...expected, audience: ['other', AUDIENCE] }).status).toBe('accepted');
  });

  it('J42: must be there when one is expected', () => {
    expect(judgeClaims({ aud: undefined }).reason).toBe('aud_missing');
  });

  it('keeps its form when none is expected', () => {
    expect(judgeClaims({ aud: '' }, { issuer: ISSUER }).reason).toBe('aud_mismatch');
    expect(findCheck(judgeClaims({ aud: 'anyone' }, { issuer: ISSUER }), 'audience').outcome).toBe('skip');
    expect(judgeClaims({ aud: undefined }, { issuer: ISSUER }).status).toBe('accepted');
  });
});

describe('iss', () => {
  it.each([
    [`${ISSUER}/`],
    [ISSUER.toUpperCase()],
    [ISSUER.replace('.example', '.example:443')],
    [ISSUER.replace('https://', 'https://user@')],
    [ISSUER.replace('issuer.', 'issuer。')],
    [[ISSUER]],
    [null],
  ])('J43: %j is refused', (iss) => {
    expect(judgeClaims({ iss }).reason).toBe('iss_mismatch');
  });

  it('J43: must be there', () => {
    expect(judgeClaims({ iss: undefined }).reason).toBe('iss_missing');
    expect(judgeClaims({ iss: undefined }, { audience: AUDIENCE }).reason).toBe('iss_missing');
  });

  it('is bound by the signature when no issuer is expected and its own keys verify', () => {
    expect(judgeClaims({ iss: 'https://other.example' }, { audience: AUDIENCE }).status).toBe('accepted');
  });
});

describe('sub and jti', () => {
  it.each([[''], ['x'.repeat(256)], [7], [null], [['a']], ['a\nb'], ['a\u0000'], ['a\u0085']])(
    'J44: sub %j is refused',
    (sub) => {
      expect(judgeClaims({ sub }).reason).toBe('claim_mismatch');
    },
  );

  it('J44: sub must be there', () => {
    expect(judgeClaims({ sub: undefined }).reason).toBe('claim_missing');
  });

  it.each([[''], ['x'.repeat(129)], [7], [null], ['a\nb']])('jti %j is refused', (jti) => {
    expect(judgeClaims({ jti }).reason).toBe('claim_mismatch');
  });

  // Single use belongs to the doors that ask for it; the verifier knows revocation, which is by jti as well.
  it('J45: a revoked jti is refused', () => {
    const revoking = { ...keys, isRevoked: (identity: string) => identity === 'jti token-1' };
    expect(failures(judge(forgeToken(key, goodClaims()), revoking))).toEqual(['token_revoked']);
    expect(judge(forgeToken(key, goodClaims({ jti: 'token-2' })), revoking).status).toBe('accepted');
  });

  it('a token whose key was revoked is not said to be unrevoked, and says both when it was revoked itself', () => {
    const fault = { code: 'key_revoked', detail: 'the key that signed this token was revoked' } as const;
    const revoking = {
      ...keySetOf(asVerificationKey(key, { fault })),
      isRevoked: (identity: string) => identity === 'jti token-1',
    };
    const other = judge(forgeToken(key, goodClaims({ jti: 'token-2' })), revoking);
    expect(findCheck(other, 'revocation').outcome).toBe('skip');
    expect(findCheck(other, 'key').detail).toBe('The key that signed this token was revoked.');
    expect(failures(judge(forgeToken(key, goodClaims()), revoking))).toEqual(['key_revoked', 'token_revoked']);
  });

  it('nobody is accepted whose issuer cannot be asked what it revoked', () => {
    const unasked = { code: 'issuer_unreachable', detail: 'It is away.' } as const;
    const silent: KeySet = {
      ok: true,
      provenance: 'supplied-keys',
      keys: [asVerificationKey(key)],
      isRevoked: null,
      unasked,
    };
    expect(judge(forgeToken(key, goodClaims()), silent)).toMatchObject({ status: 'undecided', reason: unasked.code });
    expect(judge(forgeToken(key, goodClaims({ exp: NOW })), silent)).toMatchObject({ reason: 'expired' });
  });
});

describe('a clock that is ahead', () => {
  it('is forgiven apart from one that is behind', () => {
    const expect300 = { ...expected, earlyLeewaySeconds: 300 };
    expect(judgeClaims({ nbf: NOW + 300, iat: NOW + 300, exp: NOW + 900 }, expect300).status).toBe('accepted');
    expect(judgeClaims({ nbf: NOW + 301, exp: NOW + 900 }, expect300).reason).toBe('not_yet_valid');
    expect(judgeClaims({ iat: NOW + 301, exp: NOW + 900 }, expect300).reason).toBe('iat_future');
    expect(judgeClaims({ exp: NOW }, expect300).reason).toBe('expired');
    const early = judgeClaims({ nbf: NOW + 301, exp: NOW + 900 }, expect300);
    expect(early.changesAt).toBe('2027-01-15T08:00:01Z');
  });
});
