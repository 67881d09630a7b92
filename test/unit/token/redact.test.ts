import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { redactSecrets } from '../../../daemon/token/redact.ts';
import { encodePart, forgeToken, makeKey } from '../../support/forge.ts';
import { measureGrowth } from './growth.ts';

const key = makeKey('ES256');
const token = forgeToken(key, { sub: 'x' });
const spaced = forgeToken(key, { sub: 'x' }, '{\n  "alg": "ES256" }');
const unsigned = `${encodePart({ alg: 'none' })}.${encodePart({ sub: 'x' })}.`;
const jwe = `${encodePart({ alg: 'dir', enc: 'A256GCM' })}..AAAAAAAAAAAAAAAA.c2VjcmV0LXRleHQ.dGFnLXRhZy10YWc`;
const random = 'q8Zr3v-TtKx_0aLw9sEy';

describe('redaction', () => {
  it.each([
    ['a token', token],
    ['a token in a URL', `http://x/cb?id_token=${token}&state=1`, token],
    ['a token behind letters', `token%3D${token}`, token],
    ['a token in JSON in JSON', JSON.stringify(JSON.stringify({ token })), token],
    ['a pretty-printed token', spaced],
    ['an unsigned token', unsigned],
    ['an encrypted token', jwe],
    ['two tokens in one run', `${token}.${token}`, token],
    ['a bearer credential', `authorization: bearer ${random}`, random],
    ['basic credentials', `Authorization: Basic ${random}==`, random],
    ['a subprotocol', `sec-websocket-protocol: mintmark.v1, mintmark.bearer.${random}`, random],
    ['an AWS key', 'key AKIAIOSFODNN7EXAMPLE used', 'AKIAIOSFODNN7EXAMPLE'],
    ['an AWS secret in XML', `<SecretAccessKey>${random}/+</SecretAccessKey>`, random],
    ['an AWS secret in an environment', `AWS_SECRET_ACCESS_KEY=${random}`, random],
    ['a control token in a state file', `{"controlToken": "${random}"}`, random],
    ['a client secret in a form', `a=b&client_secret=${random}&c=d`, random],
  ])('takes out %s', (_name, text, secret = text) => {
    const safe = redactSecrets(`before ${text} after`);
    expect(safe).not.toContain(secret);
    for (const segment of secret.split('.').filter((part) => part.length > 12)) expect(safe).not.toContain(segment);
    expect(safe).toMatch(/^before /);
    expect(safe).toContain('[redacted]');
  });

  it.each(['pkcs1', 'pkcs8'] as const)('takes out a private key in %s PEM, whole or cut off', (type) => {
    const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type, format: 'pem' })
      .toString();
    const lines = pem.trim().split('\n').slice(1, -1);
    for (const text of [`a\n${pem}\nb`, JSON.stringify({ pem }), pem.slice(0, 500)]) {
      const safe = redactSecrets(text);
      for (const line of lines) expect(safe).not.toContain(line.slice(0, 20));
    }
    expect(redactSecrets(`a\n${pem}b`)).toBe('a\n[redacted]\nb');
  });

  it.each(['ES256', 'RS256', 'EdDSA'] as const)('takes out the private members of an %s JWK', (alg) => {
    const { privateKey, jwk } = makeKey(alg);
    const secret = privateKey.export({ format: 'jwk' });
    for (const text of [
      JSON.stringify(secret),
      JSON.stringify(secret, null, 2),
      JSON.stringify(JSON.stringify(secret)),
    ]) {
      const safe = redactSecrets(text);
      for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const) {
        if (secret[member] !== undefined) expect(safe).not.toContain(secret[member]);
      }
      expect(safe).toContain(String(jwk.x ?? jwk.n));
    }
  });

  it.each([
    'GET /issuers/default/.well-known/openid-configuration 200 in 3 ms',
    'key.example.com.internal resolved to 10.0.0.1',
    'they.are.here and eyes.are.open',
    'kid NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs rotated',
    '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----',
    '{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}',
  ])('leaves %j alone', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  it('takes time in proportion to any text', () => {
    const worst = ['eyJ', '.eyJ', 'eyJhbGciOiJI.', '"d":"', 'bearer ', '-----BEGIN ', '\\', 'a.', '"d"        '];
    for (const piece of worst) expect([piece, measureGrowth(piece, redactSecrets) < 100]).toEqual([piece, true]);
  });
});
