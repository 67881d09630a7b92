import { describe, expect, it } from 'vitest';
import {
  asVerificationKey,
  encodePart,
  forgeHmac,
  forgeToken,
  forgeUnsigned,
  listConfusableSecrets,
  makeKey,
  replaceSegment,
} from '../../support/forge.ts';
import { expected, failures, findCheck, goodClaims, judge, keySetOf } from './judge.ts';

const key = makeKey('ES256');
const rsa = makeKey('RS256', 'rsa-1');
const attacker = makeKey('ES256');
const keys = keySetOf(key, rsa);

/** Row J2 and J7 leave the code open between these two: is the spelling wrong, or the algorithm? */
const ALG_CODES = ['alg_not_allowed', 'alg_invalid'];

describe('a token whose algorithm is not acceptable', () => {
  it('is not held against the key that its kid names when that key is of another kind', () => {
    const edwards = makeKey('Ed25519', 'ed-1');
    const header = { alg: 'RS256', kid: edwards.kid };
    const verdict = judge(forgeUnsigned(header, goodClaims(), new Uint8Array(256)), keySetOf(edwards));
    expect(verdict.status).toBe('refused');
    expect(findCheck(verdict, 'signature').outcome).toBe('skip');
  });

  it.each(['none', 'None', 'NONE', 'nOnE', 'none ', ' none', '', 'null'])(
    'J2: alg %j without a signature is refused',
    (alg) => {
      const verdict = judge(forgeUnsigned({ alg, typ: 'JWT', kid: key.kid }, goodClaims()), keys);
      expect(verdict.status).toBe('refused');
      expect(verdict.reason).toBe(alg === 'none' ? 'alg_not_allowed' : 'alg_invalid');
    },
  );

  it.each([[null], [0], [true], [[]], [['RS256']], [{}]])('J3: alg %j is refused', (alg) => {
    expect(judge(forgeUnsigned({ alg, kid: key.kid }, goodClaims()), keys).reason).toBe('alg_invalid');
  });

  it('J3: no alg at all is refused', () => {
    expect(judge(forgeUnsigned({ kid: key.kid }, goodClaims()), keys).reason).toBe('alg_invalid');
  });

  it('J4: alg none over a signature that was once right is refused', () => {
    const token = replaceSegment(forgeToken(key, goodClaims()), 0, () => encodePart({ alg: 'none', kid: key.kid }));
    expect(judge(token, keys).reason).toBe('alg_not_allowed');
  });

  it.each(listConfusableSecrets(rsa))('J5: HS256 keyed with the %s is refused', (_name, secret) => {
    expect(judge(forgeHmac(secret, goodClaims(), { kid: rsa.kid }), keys).reason).toBe('alg_not_allowed');
  });

  it.each(['', '\0'.repeat(32), 'secret', 'your-256-bit-secret', 'changeme'])(
    'J6: HS256 keyed with the guess %j is refused',
    (secret) => {
      expect(judge(forgeHmac(secret, goodClaims()), keys).reason).toBe('alg_not_allowed');
    },
  );

  it('J6: HMAC stays refused when the caller lists it', () => {
    const verdict = judge(forgeHmac('secret', goodClaims()), keys, { ...expected, algorithms: ['HS256', 'none'] });
    expect(verdict.reason).toBe('alg_not_allowed');
  });

  it.each(['rs256', 'Rs256', 'RS256\u0000', 'RS256 '])('J7: alg %j is refused, though RS256 is accepted', (alg) => {
    expect(ALG_CODES).toContain(judge(forgeToken(rsa, goodClaims(), { alg }), keys).reason);
  });

  it('J8: a PS256 token for a key that is for RS256 is refused', () => {
    expect(judge(forgeToken(rsa, goodClaims(), { alg: 'PS256' }), keys).reason).toBe('alg_key_mismatch');
  });

  it('accepts only what the caller lists, when the caller lists algorithms', () => {
    const token = forgeToken(key, goodClaims());
    expect(judge(token, keys, { ...expected, algorithms: ['RS256'] }).reason).toBe('alg_not_allowed');
    expect(judge(token, keys, { ...expected, algorithms: ['ES256', 'HS256'] }).status).toBe('accepted');
  });
});

describe('a token that brings its own key', () => {
  const own = { jwk: attacker.jwk, x5c: ['MIIB'], jku: 'http://127.0.0.1:9/jwks', x5u: 'http://127.0.0.1:9/cert' };

  it('J9: a signature of the key in the header is refused', () => {
    const verdict = judge(forgeToken(attacker, goodClaims(), own), keys);
    expect(verdict.reason).toBe('signature_invalid');
  });

  it('J9: a right signature is accepted and the key in the header ignored', () => {
    expect(judge(forgeToken(key, goodClaims(), own), keys).status).toBe('accepted');
  });

  it.each(['jku', 'x5u'] as const)('J10: %s leads to no other key', (name) => {
    const token = forgeToken(attacker, goodClaims(), { kid: 'mine', [name]: own[name] });
    expect(judge(token, keys).reason).toBe('kid_unknown');
  });
});

describe('a key ID', () => {
  const composed = makeKey('ES256', 'caf\u00e9');
  const named = keySetOf(makeKey('ES256', 'K1'), composed);

  it.each([
    '../../dev/null',
    '/dev/null',
    "x' UNION SELECT 'k",
    '__proto__',
    'constructor',
    'k1',
    'K1\u200b',
    'cafe\u0301',
  ])('J11: kid %j names no key', (kid) => {
    expect(judge(forgeToken(composed, goodClaims(), { kid }), named).reason).toBe('kid_unknown');
  });

  it.each([[1], [null], [[]], [{}], [''], ['x'.repeat(10_240)], ['K1\u0000'], ['é'.repeat(129)]])(
    'J11: a kid that is no plain short string is refused (case %#)',
    (kid) => {
      expect(judge(forgeToken(composed, goodClaims(), { kid }), named).reason).toBe('kid_invalid');
    },
  );

  it('J12: may be absent when one key fits the algorithm', () => {
    const token = forgeToken(key, goodClaims(), { kid: undefined });
    expect(judge(token, keys).status).toBe('accepted');
  });

  it('J12: is required when several keys fit', () => {
    const token = forgeToken(key, goodClaims(), { kid: undefined });
    expect(judge(token, keySetOf(key, makeKey('ES256', 'key-2'))).reason).toBe('kid_required');
    expect(judge(token, keys, { ...expected, kidRequired: true }).reason).toBe('kid_required');
  });

  it('J12: may be absent beside a key that fits and must not be used, which is not chosen either', () => {
    const token = forgeToken(key, goodClaims(), { kid: undefined });
    const revoked = asVerificationKey(makeKey('ES256', 'key-2'), {
      fault: { code: 'key_revoked', detail: 'its private half leaked' },
    });
    expect(judge(token, keySetOf(revoked, key)).status).toBe('accepted');
    expect(judge(token, keySetOf(revoked)).reason).toBe('kid_unknown');
  });

  it('J13: is refused when two usable keys share it', () => {
    expect(judge(forgeToken(key, goodClaims()), keySetOf(key, makeKey('ES256', key.kid))).reason).toBe('kid_invalid');
  });

  it('J13: may be shared with a key that is not made for signatures', () => {
    const encryption = asVerificationKey(makeKey('RS256', key.kid), {
      publicKey: null,
      algorithms: [],
      fault: { code: 'alg_key_mismatch', detail: 'for encryption' },
    });
    expect(judge(forgeToken(key, goodClaims()), keySetOf(encryption, key)).status).toBe('accepted');
  });
});

describe('a header that demands an extension', () => {
  it.each([[[]], ['b64'], [[1]], [['exp']], [['alg']], [['x']], [null], [['b64', 'b64']], [['b64']]])(
    'J14: crit %j is refused',
    (crit) => {
      expect(judge(forgeToken(key, goodClaims(), { crit }), keys).reason).toBe('crit');
    },
  );

  it.each([{ b64: false, crit: ['b64'] }, { b64: false }, { b64: true }])('J15: %j is refused', (header) => {
    expect(judge(forgeToken(key, goodClaims(), header), keys).reason).toBe('crit');
  });
});

describe('the type of a token', () => {
  it.each([undefined, 'JWT', 'jwt', 'application/jwt', 'application/JWT'])('is usual as %j', (typ) => {
    expect(findCheck(judge(forgeToken(key, goodClaims(), { typ }), keys), 'type').outcome).toBe('pass');
  });

  it.each(['at+jwt', 'logout+jwt', 'JOSE', '', 'JWT ', 1, null])('J46: %j is refused where none is expected', (typ) => {
    expect(judge(forgeToken(key, goodClaims(), { typ }), keys).reason).toBe('typ_mismatch');
  });

  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt'])('J46: %j is accepted where at+jwt is expected', (typ) => {
    expect(judge(forgeToken(key, goodClaims(), { typ }), keys, { ...expected, type: 'at+jwt' }).status).toBe(
      'accepted',
    );
  });

  it.each([undefined, 'JWT', 'id+jwt', 'text/at+jwt'])('J46: %j is refused where at+jwt is expected', (typ) => {
    const verdict = judge(forgeToken(key, goodClaims(), { typ }), keys, { ...expected, type: 'at+jwt' });
    expect(verdict.reason).toBe('typ_mismatch');
  });

  // The list of codes has none for nesting; the type of the content is what is wrong.
  it.each(['JWT', 'jwt', 'application/jwt', 7])('J47: content of type %j is refused', (cty) => {
    expect(failures(judge(forgeToken(key, goodClaims(), { cty }), keys))).toEqual(['typ_mismatch']);
  });
});
