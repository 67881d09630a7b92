import fc from 'fast-check';
import { compactVerify } from 'jose';
import { expect, test } from 'vitest';
import { joseFromDer } from '../../../daemon/issuer/der-signature.ts';
import { generateSigningKey } from '../../../daemon/issuer/generate-key.ts';
import { createSigner, encodeSegment } from '../../../daemon/issuer/signer.ts';
import { SIGNING_ALGORITHMS } from '../../../daemon/protocol/resources.ts';
import { encodeEcdsaDer } from '../../../daemon/verify/signature.ts';

test.each(SIGNING_ALGORITHMS)('another library verifies what is signed with %s', async (alg) => {
  const { publicKey, privateKey } = await generateSigningKey(alg, 2048);
  const signer = createSigner(1, 'k', alg, privateKey);
  const input = `${signer.encodedHeader}.${encodeSegment('{"a":1}')}`;
  const signature = await signer.sign(input);
  expect(signature).toHaveLength(signer.signatureLength);
  const { protectedHeader, payload } = await compactVerify(`${input}.${signature}`, publicKey, { algorithms: [alg] });
  expect(protectedHeader).toEqual({ alg, kid: 'k', typ: 'JWT' });
  expect(Buffer.from(payload).toString()).toBe('{"a":1}');
});

test('PS256 uses a salt as long as the digest', async () => {
  const { publicKey, privateKey } = await generateSigningKey('PS256', 2048);
  const signer = createSigner(1, 'k', 'PS256', privateKey);
  const input = `${signer.encodedHeader}.${encodeSegment('{}')}`;
  // WebCrypto, which jose uses, takes exactly the salt length of RFC 7518 §3.5.
  await expect(compactVerify(`${input}.${await signer.sign(input)}`, publicKey)).resolves.toBeDefined();
});

test.each([32, 48])('a DER signature of %i-byte numbers becomes r | s, whatever zeros they begin with', (bytes) => {
  const scalar = fc
    .tuple(fc.nat(bytes), fc.uint8Array({ minLength: bytes, maxLength: bytes }))
    .map(([zeros, octets]) => {
      octets.fill(0, 0, zeros);
      return octets;
    });
  fc.assert(
    fc.property(scalar, scalar, (r, s) => {
      const raw = Buffer.concat([r, s]);
      expect(Buffer.from(joseFromDer(encodeEcdsaDer(raw), bytes))).toEqual(raw);
    }),
  );
});
