import 'reflect-metadata';
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { PublicKey, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import type { JWTPayload } from 'jose';
import { json, type Stub, startStub } from './stub.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const MINUTE_MS = 60_000;

interface CertificateRequest {
  readonly credentials: { readonly oidcIdentityToken: string };
  readonly publicKeyRequest: { readonly publicKey: { readonly content: string }; readonly proofOfPossession: string };
}

/**
 * A Fulcio that certifies whom `believe` believes, as the real one does: the caller has signed `sub` with the key that
 * is to be certified (specification: fulcio/docs/certificate-specification.md).
 *
 * @param nameIdentity its subject alternative name
 */
export async function startFulcio(
  believe: (token: string) => Promise<JWTPayload>,
  nameIdentity: (claims: JWTPayload) => string,
): Promise<Stub> {
  const issuerKeys = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  const certify = async (key: KeyObject, identity: string) => {
    const spki = key.export({ format: 'der', type: 'spki' });
    const certificate = await X509CertificateGenerator.create({
      issuer: 'CN=Fulcio of a test',
      notBefore: new Date(Date.now() - MINUTE_MS),
      notAfter: new Date(Date.now() + 10 * MINUTE_MS),
      publicKey: new PublicKey(new Uint8Array(spki)),
      signingKey: issuerKeys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [new SubjectAlternativeNameExtension([{ type: 'url', value: identity }], true)],
    });
    return certificate.toString('pem');
  };
  return startStub(async ({ method, url, body }) => {
    if (`${method} ${url}` !== 'POST /api/v2/signingCert') return json(404, { code: 5, message: 'Not Found' });
    const asked = JSON.parse(body.toString()) as CertificateRequest;
    const claims = await believe(asked.credentials.oidcIdentityToken);
    const key = createPublicKey(asked.publicKeyRequest.publicKey.content);
    const proof = Buffer.from(asked.publicKeyRequest.proofOfPossession, 'base64');
    if (!verify('sha256', Buffer.from(claims.sub ?? ''), key, proof)) throw new Error('the key is not the caller’s');
    const certificates = [await certify(key, nameIdentity(claims))];
    return json(201, { signedCertificateEmbeddedSct: { chain: { certificates } } });
  });
}
