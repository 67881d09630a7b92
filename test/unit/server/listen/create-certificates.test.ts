import 'reflect-metadata';
import { connect, createServer, type TLSSocket } from 'node:tls';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  Extension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { expect, onTestFinished, test } from 'vitest';
import { createCertificates } from '../../../../daemon/server/listen/create-certificates.ts';
import { encodeLoopbackConstraints, NAME_CONSTRAINTS } from '../../../../daemon/server/listen/loopback-constraints.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

interface Identity {
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

/** A server certificate for `name`, by an authority with our constraints whose key somebody kept. */
async function certify(name: string): Promise<Identity> {
  cryptoProvider.set(crypto);
  const authorityKeys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const validity = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) };
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: 'CN=A stolen authority',
    signingAlgorithm: ALGORITHM,
    keys: authorityKeys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new Extension(NAME_CONSTRAINTS, true, encodeLoopbackConstraints()),
    ],
  });
  const leaf = await X509CertificateGenerator.create({
    ...validity,
    subject: `CN=${name}`,
    issuer: authority.subject,
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const label = 'PRIVATE KEY';
  return {
    ca: authority.toString('pem'),
    cert: leaf.toString('pem'),
    key: `-----BEGIN ${label}-----\n${pkcs8}\n-----END ${label}-----\n`,
  };
}

/** What a TLS client refuses the server with; null when it trusts it. */
async function findRefusal({ ca, key, cert }: Identity, servername: string): Promise<string | null> {
  const server = createServer({ key, cert });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return await new Promise((resolve) => {
    const socket: TLSSocket = connect({ port: address.port, host: '127.0.0.1', ca, servername }, () => {
      socket.destroy();
      resolve(null);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.message));
  });
}

test('an authority with our constraints vouches for localhost and for nobody else, even when its key is stolen', async () => {
  expect(await findRefusal(await certify('localhost'), 'localhost')).toBeNull();
  expect(await findRefusal(await certify('sts.amazonaws.com'), 'sts.amazonaws.com')).toMatch(
    /permitted subtree violation/,
  );
});

test('the authority that is made carries those constraints, and its certificate is trusted', async () => {
  const { ca, server } = await createCertificates(Date.now());
  const { X509Certificate } = await import('@peculiar/x509');
  const constraints = new X509Certificate(ca).getExtension(NAME_CONSTRAINTS);
  expect(constraints?.critical).toBe(true);
  expect(new Uint8Array(constraints?.value ?? new ArrayBuffer(0))).toEqual(encodeLoopbackConstraints());
  expect(await findRefusal({ ca, key: server, cert: server }, 'localhost')).toBeNull();
});
