import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { expect, test } from 'vitest';
import {
  computeHexKid,
  computeJwkThumbprint,
  computeKeySetFingerprint,
  computeSpkiKid,
  computeThumbprintKid,
  computeUuidKid,
} from '../../../daemon/issuer/thumbprint.ts';

test('the thumbprint of RFC 7638 §3.1 is the one that the RFC gives', () => {
  const n =
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
  const jwk = { kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' };
  expect(computeJwkThumbprint(jwk)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
});

test('the thumbprint of an Ed25519 key is the one of RFC 8037 A.3', () => {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
  expect(computeJwkThumbprint(jwk)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});

test.each([
  ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['P-256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['P-384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['Ed25519', () => generateKeyPairSync('ed25519')],
])('another library finds the same thumbprint for %s', async (_name, generate) => {
  const { publicKey } = generate();
  const jwk = publicKey.export({ format: 'jwk' });
  expect(computeThumbprintKid(publicKey)).toBe(await calculateJwkThumbprint({ ...jwk, kty: String(jwk.kty) }));
});

test('the SPKI kid is the hash of the public key in DER, not of its JWK', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = Buffer.from(
    String(publicKey.export({ type: 'spki', format: 'pem' })).replace(/-----.*-----|\s/g, ''),
    'base64',
  );
  expect(createPublicKey({ key: der, format: 'der', type: 'spki' }).equals(publicKey)).toBe(true);
  expect(computeSpkiKid(publicKey)).toBe(createHash('sha256').update(der).digest('base64url'));
  expect(computeSpkiKid(publicKey)).toHaveLength(43);
});

test('MI-53: the fingerprint of a key set is that of its names, in whatever order they come', () => {
  const expected = createHash('sha256').update('a\nb\nc').digest('base64url');
  expect(computeKeySetFingerprint(['c', 'a', 'b'])).toBe(expected);
  expect(computeKeySetFingerprint(['b', 'c', 'a'])).toBe(expected);
  expect(computeKeySetFingerprint(['a', 'b'])).not.toBe(expected);
});

test('a kid in hex is the beginning of the same hash, one in the form of a UUID says its version and variant', () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const hex = Buffer.from(computeSpkiKid(publicKey), 'base64url').toString('hex');
  expect(computeHexKid(publicKey, 40)).toBe(hex.slice(0, 40));
  expect(computeHexKid(publicKey, 8)).toBe(hex.slice(0, 8));
  for (const version of [4, 5] as const) {
    const kid = computeUuidKid(publicKey, version);
    expect(kid).toMatch(new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`));
    expect(kid).toContain(hex.slice(0, 8));
    expect(kid.endsWith(hex.slice(20, 32))).toBe(true);
  }
});
