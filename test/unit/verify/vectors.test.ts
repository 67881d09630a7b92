import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeBase64url } from '../../../daemon/token/base64url.ts';
import { readVerificationKey } from '../../../daemon/verify/jwk-key.ts';
import type { SignatureAlgorithm } from '../../../daemon/verify/keys.ts';
import { verifySignature } from '../../../daemon/verify/signature.ts';
import { forgeToken, makeKey } from '../../support/forge.ts';
import { failures, findCheck, goodClaims, judge, keySetOf } from './judge.ts';

/** Public test vectors lie beside the checkout, not in it; without them these suites are skipped. */
const VECTORS = fileURLToPath(new URL('../../../../shared/vectors/', import.meta.url));
const absent = !existsSync(VECTORS);
const why = absent ? ' (skipped: no ../shared/vectors)' : '';

const read = (...path: string[]) => readFileSync(join(VECTORS, ...path), 'utf8').trim();
const readJson = (...path: string[]) => JSON.parse(read(...path));
const RFC = 'rfc-vectors-latchset';

/** The public half of a vector's key; a file may name another file. */
function readKey(name: string) {
  const text = read(RFC, name);
  const { d, p, q, dp, dq, qi, ...jwk } = JSON.parse(text.startsWith('{') ? text : read(RFC, text));
  return readVerificationKey(jwk);
}

describe.skipIf(absent)(`J1: vectors of RFC 7515 and RFC 7520${why}`, () => {
  const cases: [string, SignatureAlgorithm][] = [
    ['rfc7515_A.2', 'RS256'],
    ['rfc7515_A.3', 'ES256'],
    ['rfc7515_A.4', 'ES512'],
    ['rfc7520_4.1', 'RS256'],
    ['rfc7520_4.2', 'PS384'],
    ['rfc7520_4.3', 'ES512'],
  ];

  it.each(cases)('%s verifies by %s, and not with a bit changed', (name, alg) => {
    const key = readKey(`${name}.jwk`);
    const [header, payload, signature = ''] = read(RFC, `${name}.jwsc`).split('.');
    const bytes = decodeBase64url(signature);
    expect(key.algorithms).toContain(alg);
    expect(key.publicKey && verifySignature(alg, key.publicKey, `${header}.${payload}`, bytes)).toBe(true);
    bytes[9] = (bytes[9] ?? 0) ^ 4;
    expect(key.publicKey && verifySignature(alg, key.publicKey, `${header}.${payload}`, bytes)).toBe(false);
  });

  it('RFC 7515 A.2 is a JWT with a right signature that expired in 2011', () => {
    const verdict = judge(read(RFC, 'rfc7515_A.2.jwsc'), keySetOf(readKey('rfc7515_A.2.jwk')), { issuer: 'joe' });
    expect(findCheck(verdict, 'signature').outcome).toBe('pass');
    expect(failures(verdict)).toEqual(['expired', 'claim_missing']);
  });

  it.each(['rfc7515_A.1', 'rfc7520_4.4'])('%s is refused: its HMAC is never accepted', (name) => {
    expect(['alg_not_allowed', 'format']).toContain(judge(read(RFC, `${name}.jwsc`), keySetOf()).reason);
  });

  it('RFC 7515 A.5 is refused: it is not signed', () => {
    expect(judge(read(RFC, 'rfc7515_A.5.jwsc'), keySetOf()).reason).toBe('alg_not_allowed');
  });

  it('J17: every JSON serialization is refused', () => {
    const files = readdirSync(join(VECTORS, RFC)).filter((name) => /\.jw[se][fg]$/.test(name));
    expect(files.length).toBeGreaterThan(10);
    for (const name of files) expect([name, judge(read(RFC, name), keySetOf()).reason]).toEqual([name, 'format']);
  });

  it('E9: every encrypted token is refused as not signed', () => {
    const files = readdirSync(join(VECTORS, RFC)).filter((name) => name.endsWith('.jwec'));
    expect(files.length).toBeGreaterThan(5);
    for (const name of files) expect([name, judge(read(RFC, name), keySetOf()).reason]).toEqual([name, 'not_signed']);
  });
});

describe.skipIf(absent)(`J1: the JOSE cookbook${why}`, () => {
  it('the Ed25519 signature verifies', () => {
    const { input, output } = readJson('ietf-jose-cookbook', 'curve25519', 'jws.json');
    const { d, ...jwk } = input.key;
    const key = readVerificationKey(jwk);
    const [header, payload, signature] = output.compact.split('.');
    const bytes = decodeBase64url(signature);
    expect(key.publicKey && verifySignature('EdDSA', key.publicKey, `${header}.${payload}`, bytes)).toBe(true);
  });

  it.each(['4_1.rsa_v15_signature', '4_2.rsa-pss_signature', '4_3.ecdsa_signature'])('%s verifies', (name) => {
    const { input, output } = readJson('ietf-jose-cookbook', 'jws', `${name}.json`);
    const { d, p, q, dp, dq, qi, ...jwk } = input.key;
    const key = readVerificationKey(jwk);
    const [header, payload, signature] = output.compact.split('.');
    expect(
      key.publicKey && verifySignature(input.alg, key.publicKey, `${header}.${payload}`, decodeBase64url(signature)),
    ).toBe(true);
  });

  it('J15: b64=false is refused', () => {
    for (const name of ['4.2.hmac-sha2_b64_false.json', 'hmac-sha2_b64_false.json']) {
      const { output } = readJson('ietf-jose-cookbook', 'rfc7797', name);
      for (const text of Object.values(output)) {
        const token = typeof text === 'string' ? text : JSON.stringify(text);
        expect(judge(token, keySetOf()).status).toBe('refused');
      }
    }
  });
});

describe.skipIf(absent)(`J32: the JSON test suite as payload${why}`, () => {
  const key = makeKey('ES256');
  const folder = join(VECTORS, 'json-test-suite', 'test_parsing');
  const list = (prefix: string) => (absent ? [] : readdirSync(folder).filter((name) => name.startsWith(prefix)));
  const judgeFile = (name: string) => judge(forgeToken(key, readFileSync(join(folder, name))), keySetOf(key));
  const CODES = ['format', 'utf8', 'unicode', 'depth', 'duplicate_key', 'payload_not_object', 'too_large'];

  it.each(list('n_'))('%s is refused', (name) => {
    expect(CODES).toContain(judgeFile(name).reason);
  });

  it.each(list('y_'))('%s is read, unless it breaks a stricter rule', (name) => {
    const { reason, claims } = judgeFile(name);
    const text = readFileSync(join(folder, name), 'utf8').trim();
    if (name.includes('duplicated_key')) expect(reason).toBe('duplicate_key');
    else if (text.startsWith('{')) expect(claims).toEqual(JSON.parse(text));
    else expect(reason).toBe('payload_not_object');
  });

  it.each(list('i_'))('%s, on which parsers differ, is refused', (name) => {
    expect(CODES).toContain(judgeFile(name).reason);
  });

  it('and an ordinary payload is accepted', () => {
    expect(judge(forgeToken(key, goodClaims()), keySetOf(key)).status).toBe('accepted');
  });
});
