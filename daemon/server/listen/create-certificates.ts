import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { encodeLoopbackConstraints, NAME_CONSTRAINTS } from './loopback-constraints.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** What platforms accept of a server certificate at the most, days. */
const LIFETIME_DAYS = 397;

export interface Certificates {
  /** The authority to trust, PEM. */
  readonly ca: string;
  /** The server's certificate and its PKCS#8 key, PEM. */
  readonly server: string;
}

/**
 * Makes an authority and one server certificate of it for the loopback names (RFC 5280, RFC 9525). The authority's key
 * is forgotten when this returns: whoever trusts the authority trusts this one certificate and no later one. Even if it
 * were not, it can vouch for this machine's own names only (RFC 5280 §4.2.1.10).
 */
export async function createCertificates(nowMs: number): Promise<Certificates> {
  cryptoProvider.set(crypto);
  const authorityKeys = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  const serverKeys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  // A clock that is a little behind must not refuse us.
  const validity = { notBefore: new Date(nowMs - DAY_MS), notAfter: new Date(nowMs + LIFETIME_DAYS * DAY_MS) };
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: makeSerialNumber(),
    name: 'CN=Mintmark local authority',
    signingAlgorithm: ALGORITHM,
    keys: authorityKeys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      new Extension(NAME_CONSTRAINTS, true, encodeLoopbackConstraints()),
      await SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const server = await X509CertificateGenerator.create({
    ...validity,
    serialNumber: makeSerialNumber(),
    subject: 'CN=localhost',
    issuer: authority.subject,
    signingAlgorithm: ALGORITHM,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
      await SubjectKeyIdentifierExtension.create(serverKeys.publicKey),
      await AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const key = await crypto.subtle.exportKey('pkcs8', serverKeys.privateKey);
  return { ca: `${authority.toString('pem')}\n`, server: `${server.toString('pem')}\n${toPem(key)}` };
}

/** Positive and below 20 octets (RFC 5280 §4.1.2.2). */
function makeSerialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `01${Buffer.from(bytes).toString('hex')}`;
}

function toPem(pkcs8: ArrayBuffer): string {
  const lines =
    Buffer.from(pkcs8)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
}
