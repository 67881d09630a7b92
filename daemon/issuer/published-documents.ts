import { createHash } from 'node:crypto';
import type { SigningAlgorithm } from '../protocol/resources.ts';
import type { IssuerProfile } from './profile.ts';
import { type PublicJwk, pickPublicMembers } from './public-jwk.ts';

/** A public document as it is sent: made when a key changes, not when somebody asks. */
export interface PublishedDocument {
  readonly body: Buffer;
  /** Quoted, as in the header (RFC 9110 §8.8.3). */
  readonly etag: string;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** Where an issuer's JWKS is, absolute. */
export function toJwksUri(issuerUrl: string, profile: IssuerProfile): string {
  return `${issuerUrl}${profile.jwksPath}`;
}

/**
 * Request paths of an issuer's documents: OpenID discovery (Discovery 1.0 §4), authorization server metadata (RFC 8414
 * §3.1: the well-known part goes between host and path) and the JWKS (RFC 7517 §5).
 */
export function listDocumentPaths(
  issuerUrl: string,
  profile: IssuerProfile,
): readonly [discovery: string, metadata: string, ...jwks: string[]] {
  const path = new URL(issuerUrl).pathname;
  return [
    `${path}/.well-known/openid-configuration`,
    `/.well-known/oauth-authorization-server${path}`,
    ...[profile.jwksPath, ...(profile.extraJwksPaths ?? [])].map((jwksPath) => `${path}${jwksPath}`),
  ];
}

/**
 * The documents of one issuer by request path.
 * @param keys those that are published, the active one first
 */
export function preparePublishedDocuments(
  issuerUrl: string,
  profile: IssuerProfile,
  keys: readonly { readonly alg: SigningAlgorithm; readonly publicJwk: PublicJwk }[],
): ReadonlyMap<string, PublishedDocument> {
  const algorithms = [...new Set(keys.map((key) => key.alg))];
  const metadata = prepareDocument(profile, 'application/json', {
    issuer: issuerUrl,
    jwks_uri: toJwksUri(issuerUrl, profile),
    ...profile.discovery(algorithms),
  });
  const jwks = prepareDocument(profile, profile.jwksContentType, {
    keys: keys.map((key) => pickPublicMembers(key.publicJwk)),
  });
  const [discoveryPath, metadataPath, ...jwksPaths] = listDocumentPaths(issuerUrl, profile);
  return new Map([
    [discoveryPath, metadata],
    [metadataPath, metadata],
    ...jwksPaths.map((jwksPath) => [jwksPath, jwks] as const),
  ]);
}

function prepareDocument(profile: IssuerProfile, contentType: string, content: unknown): PublishedDocument {
  const body = Buffer.from(JSON.stringify(content));
  const digest = createHash('sha256').update(body).digest('base64url');
  return { body, etag: `"${digest}"`, contentType, cacheControl: profile.cacheControl };
}
