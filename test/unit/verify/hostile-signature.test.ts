import { constants } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SignatureAlgorithm } from '../../../daemon/verify/keys.ts';
import { asVerificationKey, forgeToken, makeKey, replaceSegment, signBytes } from '../../support/forge.ts';
import { expected, failures, findCheck, goodClaims, judge, keySetOf } from './judge.ts';

const ALL: SignatureAlgorithm[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const toBytes = (value: bigint, length: number) => Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');
const withSignature = (token: string, signature: Uint8Array) =>
  replaceSegment(token, 2, () => Buffer.from(signature).toString('base64url'));
const signatureOf = (token: string) => Buffer.from(token.split('.')[2] ?? '', 'base64url');

describe.each(ALL)('a signature by %s', (alg) => {
  const key = makeKey(alg);
  const expectAlg = { ...expected, algorithms: [alg] };
  const token = forgeToken(key, goodClaims());

  it('is accepted', () => {
    expect(judge(token, keySetOf(key), expectAlg).status).toBe('accepted');
  });

  it('is refused with one byte more, one less, none, or another one', () => {
    const right = signatureOf(token);
    const flipped = Buffer.from(right);
    flipped[5] = (flipped[5] ?? 0) ^ 1;
    for (const wrong of [
      Buffer.concat([right, Buffer.of(0)]),
      Buffer.concat([Buffer.of(0), right]),
      right.subarray(1),
      right.subarray(0, -1),
      Buffer.alloc(0),
      flipped,
    ]) {
      expect(judge(withSignature(token, wrong), keySetOf(key), expectAlg).reason).toBe('signature_invalid');
    }
  });

  it('is refused under another key', () => {
    expect(judge(token, keySetOf(makeKey(alg)), expectAlg).reason).toBe('signature_invalid');
  });
});

describe('an ECDSA signature of another form', () => {
  const key = makeKey('ES256');
  const token = forgeToken(key, goodClaims());
  const right = signatureOf(token);
  const n = toBytes(P256_ORDER, 32);
  const [zero, one] = [Buffer.alloc(32), toBytes(1n, 32)];

  it.each([
    ['all zeros', Buffer.alloc(64)],
    ['(n, n)', Buffer.concat([n, n])],
    ['(0, 1)', Buffer.concat([zero, one])],
    ['(1, 0)', Buffer.concat([one, zero])],
    ['(0, n)', Buffer.concat([zero, n])],
    ['(n, 1)', Buffer.concat([n, one])],
    ['DER', signBytes(key, token.split('.').slice(0, 2).join('.')).subarray(0, 63)],
    ['64 bytes of a P-384 signature', Buffer.alloc(96, 1).subarray(0, 64)],
    ['a P-384 signature', Buffer.alloc(96, 1)],
  ])('J48: %s is refused', (_name, signature) => {
    expect(judge(withSignature(token, signature), keySetOf(key)).reason).toBe('signature_invalid');
  });

  it('J48: an s beyond the order is refused', () => {
    const tooBig = Buffer.concat([right.subarray(0, 32), toBytes(2n ** 256n - 1n, 32)]);
    expect(judge(withSignature(token, tooBig), keySetOf(key)).reason).toBe('signature_invalid');
  });

  it('J48: the right r and s with a zero byte more in front of each are refused', () => {
    const padded = Buffer.concat([Buffer.of(0), right.subarray(0, 32), Buffer.of(0), right.subarray(32)]);
    expect(judge(withSignature(token, padded), keySetOf(key)).reason).toBe('signature_invalid');
  });

  it('J49: the twin (r, n - s) of a revoked token is as revoked', () => {
    const s = BigInt(`0x${right.subarray(32).toString('hex')}`);
    const twin = withSignature(token, Buffer.concat([right.subarray(0, 32), toBytes(P256_ORDER - s, 32)]));
    expect(twin).not.toBe(token);
    const revoking = { ...keySetOf(key), isRevoked: (identity: string) => identity === 'jti token-1' };
    expect(judge(twin, revoking).reason).toBe('token_revoked');
  });
});

describe('an RSA signature of another form', () => {
  const pss = makeKey('PS256');
  const unsigned = forgeToken(pss, goodClaims()).split('.').slice(0, 2).join('.');

  it.each([
    ['no salt', { saltLength: 0 }],
    ['a short salt', { saltLength: 20 }],
    ['the longest salt', { saltLength: constants.RSA_PSS_SALTLEN_MAX_SIGN }],
  ])('J50: PS256 with %s is refused', (_name, options) => {
    const token = `${unsigned}.${signBytes(pss, unsigned, 'PS256', options).toString('base64url')}`;
    expect(judge(token, keySetOf(pss)).reason).toBe('signature_invalid');
  });

  it('J50: PS256 over another hash is refused', () => {
    const token = `${unsigned}.${signBytes(pss, unsigned, 'PS384').toString('base64url')}`;
    expect(judge(token, keySetOf(pss)).reason).toBe('signature_invalid');
  });

  it('J50: PKCS#1 v1.5 instead of PSS is refused', () => {
    const token = `${unsigned}.${signBytes(pss, unsigned, 'RS256').toString('base64url')}`;
    expect(judge(token, keySetOf(pss)).reason).toBe('signature_invalid');
  });
});

describe('an EdDSA signature of another form', () => {
  const key = makeKey('EdDSA');
  const token = forgeToken(key, goodClaims());

  it('J51: S + L is refused, though it is equal modulo L', () => {
    const right = signatureOf(token);
    const s = BigInt(`0x${Buffer.from(right.subarray(32)).reverse().toString('hex')}`);
    const raised = toBytes(s + ED25519_ORDER, 32).reverse();
    const verdict = judge(withSignature(token, Buffer.concat([right.subarray(0, 32), raised])), keySetOf(key));
    expect(verdict.reason).toBe('signature_invalid');
  });
});

describe('a key that is no longer to be used', () => {
  const key = makeKey('ES256');
  const token = forgeToken(key, goodClaims());
  const faulty = (code: 'key_retired' | 'key_revoked') =>
    judge(token, keySetOf(asVerificationKey(key, { fault: { code, detail: 'The key is gone.' } })));

  it('J55: a retired key refuses its tokens, whose signature is still told to be right', () => {
    const verdict = faulty('key_retired');
    expect(failures(verdict)).toEqual(['key_retired']);
    expect(findCheck(verdict, 'signature').outcome).toBe('pass');
  });

  it('J56: a revoked key refuses its tokens', () => {
    expect(faulty('key_revoked').reason).toBe('key_revoked');
  });

  // The key that the kid names did not make the signature: that is all a verifier can know.
  it("J57: another issuer's key of the same kid refuses the token", () => {
    const other = makeKey('ES256', key.kid);
    const verdict = judge(token, keySetOf(other), { ...expected, issuer: 'https://other.example' });
    expect(verdict.reason).toBe('signature_invalid');
    expect(failures(verdict)).toContain('iss_mismatch');
  });
});
