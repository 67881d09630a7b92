import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MintmarkError } from '../../../daemon/problem.ts';
import { readVerificationKey } from '../../../daemon/verify/jwk-key.ts';
import { findRsaWeakness } from '../../../daemon/verify/rsa-weakness.ts';
import { readJwkSet, readJwkSetDocument, readSuppliedKeys } from '../../../daemon/verify/supplied-keys.ts';
import { forgeToken, makeKey } from '../../support/forge.ts';
import { expected, goodClaims, judge } from './judge.ts';

const rsa = makeKey('RS256');
const ec = makeKey('ES256');
const ed = makeKey('EdDSA');
const { alg: _rsaAlg, ...plainRsa } = rsa.jwk;
const { alg: _ecAlg, ...plainEc } = ec.jwk;
const { alg: _edAlg, ...plainEd } = ed.jwk;

const encodeInteger = (value: bigint) => {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
};
const modulus = BigInt(`0x${Buffer.from(String(rsa.jwk.n), 'base64url').toString('hex')}`);
const faultOf = (jwk: Record<string, unknown>) => readVerificationKey(jwk).fault?.code ?? null;

describe('the algorithms of a key', () => {
  it.each([
    ['RSA without alg', plainRsa, ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
    ['RSA with alg', rsa.jwk, ['RS256']],
    ['P-256', plainEc, ['ES256']],
    ['Ed25519', plainEd, ['EdDSA', 'Ed25519']],
    ['Ed25519 with its new name', { ...plainEd, alg: 'Ed25519' }, ['Ed25519']],
  ])('%s', (_name, jwk, algorithms) => {
    expect(readVerificationKey(jwk)).toMatchObject({ kid: 'key-1', algorithms, fault: null });
  });
});

describe('a weak RSA key', () => {
  const small = (bits: number) =>
    generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });

  it.each([1024, 2047])('K1: of %i bits is refused', (bits) => {
    expect(faultOf(small(bits))).toBe('weak_key');
  });

  it.each([0n, 1n, 2n, 65_536n, 2n ** 64n + 1n])('K1: with the exponent %i is refused', (e) => {
    expect(faultOf({ ...plainRsa, e: encodeInteger(e) })).toBe('weak_key');
  });

  it('K1: with an even modulus or a small factor is refused', () => {
    expect(faultOf({ ...plainRsa, n: encodeInteger(modulus + 1n) })).toBe('weak_key');
    const multiple = modulus - (modulus % 334n) + 167n;
    expect(faultOf({ ...plainRsa, n: encodeInteger(multiple) })).toBe('weak_key');
  });

  it('K1: with the fingerprint of ROCA is refused', () => {
    const primorial = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n, 43n, 47n, 53n, 59n, 61n, 67n, 71n]
      .concat([73n, 79n, 83n, 89n, 97n, 101n, 103n, 107n, 109n, 113n, 127n, 131n, 137n, 139n, 149n, 151n, 157n, 163n])
      .concat([167n])
      .reduce((product, prime) => product * prime);
    const power = 65_537n ** 45n % primorial;
    const n = modulus - (modulus % primorial) + power;
    expect(faultOf({ ...plainRsa, n: encodeInteger(n) })).toBe('weak_key');
    expect(findRsaWeakness(n, 65_537n)?.detail).toContain('ROCA');
  });

  it('K1: of 16,384 bits is too large, as an import is told', () => {
    expect(findRsaWeakness(2n ** 16_383n + 1n, 65_537n)?.code).toBe('key_too_large');
    expect(faultOf({ ...plainRsa, n: encodeInteger(2n ** 16_383n + 1n) })).toBe('weak_key');
  });

  it('an honest key is none', () => {
    expect(findRsaWeakness(modulus, 3n)).toBeNull();
    expect(findRsaWeakness(modulus, 65_537n)).toBeNull();
  });
});

describe('a key that contradicts itself', () => {
  const padFront = (member: unknown) =>
    Buffer.concat([Buffer.of(0), Buffer.from(String(member), 'base64url')]).toString('base64url');
  const flipped = Buffer.from(String(ec.jwk.x), 'base64url');
  flipped[31] = (flipped[31] ?? 0) ^ 1;

  it.each([
    ['a point off the curve', { ...plainEc, x: flipped.toString('base64url') }, 'weak_key'],
    ['a short coordinate', { ...plainEc, x: String(ec.jwk.x).slice(0, 40) }, 'weak_key'],
    ['a coordinate with a zero byte more in front', { ...plainEc, x: padFront(ec.jwk.x) }, 'weak_key'],
    ['coordinates of another curve', { ...plainEc, crv: 'P-384' }, 'weak_key'],
    ['a missing coordinate', { ...plainEc, y: undefined }, 'weak_key'],
    ['a coordinate in ordinary base64', { ...plainEc, x: `${'+/'.repeat(21)}A` }, 'weak_key'],
    ['ES384 on P-256', { ...plainEc, alg: 'ES384' }, 'alg_key_mismatch'],
    ['RS256 on P-256', { ...plainEc, alg: 'RS256' }, 'alg_key_mismatch'],
    ['HS256 on RSA', { ...plainRsa, alg: 'HS256' }, 'alg_key_mismatch'],
    ['an unknown curve', { ...plainEc, crv: 'P-224' }, 'alg_key_mismatch'],
    ['a curve named like a property of objects', { ...plainEc, crv: 'constructor' }, 'alg_key_mismatch'],
    ['X25519', { ...plainEd, crv: 'X25519' }, 'alg_key_mismatch'],
    ['an unknown kty', { kty: 'AKP', kid: 'x' }, 'alg_key_mismatch'],
    ['a shared secret', { kty: 'oct', kid: 'x' }, 'alg_key_mismatch'],
    ['no members', { kty: 'RSA' }, 'weak_key'],
    ['an alg that is no string', { ...plainRsa, alg: ['RS256'] }, 'alg_key_mismatch'],
  ])('K3: %s is refused', (_name, jwk, code) => {
    expect(faultOf(jwk)).toBe(code);
  });

  it.each([{ use: 'enc' }, { use: 7 }, { key_ops: ['sign'] }, { key_ops: [] }, { key_ops: 'verify' }])(
    'K5: %j is not made to verify',
    (change) => {
      const set = readSuppliedKeys({ keys: [{ ...ec.jwk, ...change }] });
      expect(judge(forgeToken(ec, goodClaims()), set, expected).reason).toBe('alg_key_mismatch');
    },
  );

  it('J51: an Ed25519 key of small order is refused, in each encoding', () => {
    const order8 = '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05';
    for (const hex of [
      '00'.repeat(32),
      `01${'00'.repeat(31)}`,
      order8,
      `${order8.slice(0, 62)}85`,
      `ee${'ff'.repeat(30)}7f`,
    ]) {
      expect(faultOf({ ...plainEd, x: Buffer.from(hex, 'hex').toString('base64url') })).toBe('weak_key');
    }
  });
});

describe('a set of keys', () => {
  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])(
    'K4: with the private member %s is refused as a whole',
    (name) => {
      expect(() => readJwkSet({ keys: [ec.jwk, { ...rsa.jwk, [name]: 'AQAB' }] })).toThrow(
        expect.objectContaining({ code: 'mixed_key_set' }),
      );
    },
  );

  it.each([
    [null],
    [[]],
    [{}],
    [{ keys: {} }],
    [{ keys: [1] }],
    [{ keys: [null] }],
    [{ keys: new Array(257).fill(ec.jwk) }],
  ])('of the form of case %# is refused', (document) => {
    expect(() => readJwkSet(document)).toThrow(MintmarkError);
  });

  it('keeps keys that it cannot use, beside those that it can', () => {
    const keys = readJwkSet({ keys: [{ kty: 'AKP', kid: 'new' }, ec.jwk] });
    expect(keys.map((key) => key.fault === null)).toEqual([false, true]);
  });

  it('is read from bytes in strict JSON', () => {
    const text = JSON.stringify({ keys: [ec.jwk] });
    expect(readJwkSetDocument(Buffer.from(text))).toHaveLength(1);
    expect(() => readJwkSetDocument(Buffer.from(text.replace('{', '{"keys":[],')))).toThrow(
      expect.objectContaining({ code: 'duplicate_key' }),
    );
  });

  it('judges a token as keys supplied by the caller', () => {
    const verdict = judge(
      forgeToken(ec, goodClaims()),
      readSuppliedKeys({ keys: [rsa.jwk, { ...ec.jwk, kid: 'other' }] }),
    );
    expect(verdict.reason).toBe('alg_key_mismatch');
    expect(judge(forgeToken(ec, goodClaims()), readSuppliedKeys({ keys: [ec.jwk] }))).toMatchObject({
      status: 'accepted',
      provenance: 'supplied-keys',
    });
  });
});
