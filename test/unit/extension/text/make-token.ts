import { randomBytes } from 'node:crypto';
import { encodePart, type RawPart } from '../../../support/forge.ts';

export const NOW = 1_800_000_000;
export const DAY = 86_400;

/** A token to be read, not verified: its signature is random. */
export function makeToken(claims: RawPart = {}, header: object = {}): string {
  const full = { iss: 'https://issuer.example.test', sub: 'alice', aud: 'api', iat: NOW, exp: NOW + 240 };
  const payload = typeof claims === 'object' && !(claims instanceof Uint8Array) ? { ...full, ...claims } : claims;
  return `${encodePart({ alg: 'ES256', typ: 'JWT', ...header })}.${encodePart(payload)}.${randomBytes(64).toString('base64url')}`;
}

/** The form of an encrypted token (RFC 7516 §7.1). */
export function makeEncrypted(): string {
  const part = (octets: number) => randomBytes(octets).toString('base64url');
  return `${encodePart({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })}.${part(256)}.${part(12)}.${part(80)}.${part(16)}`;
}
