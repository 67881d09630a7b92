import { randomBytes } from 'node:crypto';
import { encodePart, leaveUnsigned, makeSigner } from '../../support/signer.ts';

const signer = makeSigner('ES256');
const now = Math.floor(Date.now() / 1_000);

/** A token of an issuer that nobody here knows: readable, and not to be verified. */
export function forge(claims: object = {}, header: object = {}): string {
  return signer.token(
    { alg: 'ES256', typ: 'JWT', kid: 'forged', ...header },
    { iss: 'https://issuer.example.test', sub: 'alice', aud: 'api', iat: now, exp: now + 600, ...claims },
  );
}

export const forgeExpired = (claims: object = {}): string => forge({ iat: now - 7_200, exp: now - 3_600, ...claims });

export const forgeUnsigned = (): string => leaveUnsigned({ typ: 'JWT' }, { sub: 'alice', aud: 'api', exp: now + 600 });

/** A token whose claims are this text, byte for byte: duplicate names, numbers that no parser keeps. */
export const forgeFromText = (claims: string): string => signer.token({ alg: 'ES256', typ: 'JWT' }, claims);

/** The form of an encrypted token (RFC 7516 §7.1); nobody can read what is in it. */
export function forgeEncrypted(): string {
  const part = (octets: number) => randomBytes(octets).toString('base64url');
  return `${encodePart({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT' })}.${part(256)}.${part(12)}.${part(80)}.${part(16)}`;
}
