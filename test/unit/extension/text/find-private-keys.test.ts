import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { findKeySights, isPrivateKey } from '../../../../extension/features/text/find-private-keys.ts';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed = generateKeyPairSync('ed25519');

/** How many private keys a text is said to hold. */
function count(text: string): number {
  let offset = 0;
  let keys = 0;
  for (const line of text.split('\n')) {
    for (const { kind, start, end } of findKeySights(line)) {
      if (isPrivateKey(kind, text.slice(0, offset + start), text.slice(offset + end))) keys++;
    }
    offset += line.length + 1;
  }
  return keys;
}

const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1' = 'pkcs8') =>
  String(key.export({ type: type as 'pkcs8', format: 'pem' }));
const jwk = (key: KeyObject) => key.export({ format: 'jwk' });

describe('a private key is found', () => {
  test.each([
    ['PKCS#8', pem(ec.privateKey)],
    ['PKCS#1', pem(rsa.privateKey, 'pkcs1')],
    ['SEC 1', pem(ec.privateKey, 'sec1')],
    ['PEM in one line of an .env', `KEY="${pem(ed.privateKey).replaceAll('\n', '\\n')}"`],
    ['PEM in YAML', pem(rsa.privateKey).replace(/^/gm, '    ')],
    ['PEM in source', pem(ed.privateKey).replace(/^(.+)$/gm, "  '$1\\n' +")],
    ['a JWK', JSON.stringify(jwk(ec.privateKey))],
    ['a JWK over lines', JSON.stringify(jwk(rsa.privateKey), null, 2)],
    ['a JWK in an escaped string', JSON.stringify({ key: JSON.stringify(jwk(ed.privateKey)) })],
    ['a symmetric JWK', JSON.stringify({ k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQ', kty: 'oct' })],
    ['a set with one private key', JSON.stringify({ keys: [jwk(ec.publicKey), jwk(rsa.privateKey)] }, null, 1)],
  ])('in %s', (_, text) => expect(count(text)).toBe(1));
});

describe('no alarm is raised', () => {
  test.each([
    ['a public key', `${rsa.publicKey.export({ type: 'spki', format: 'pem' })}`],
    ['a public JWK', JSON.stringify(jwk(ec.publicKey))],
    ['a word about keys', "if (text.includes('-----BEGIN PRIVATE KEY-----')) throw new Error('no keys here');"],
    ['a placeholder', '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----'],
    ['an encrypted key', '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkqhkiG9w0BBQwwHAQI'],
    ['a member d of something else', JSON.stringify({ d: 'abcdefghijklmnopqrstuvwxyz', name: 'x' })],
    ['a member d beside a public key', JSON.stringify({ d: 'abcdefghijklmnopqrstuvwxyz', key: jwk(ec.publicKey) })],
    ['prose', 'Keep the "d" member of a JWK to yourself.'],
  ])('over %s', (_, text) => expect(count(text)).toBe(0));
});
