import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { createRemoteJWKSet, customFetch, type JWTPayload, jwtVerify } from 'jose';

export interface Claimed {
  readonly issuer: string;
  readonly token: string;
  readonly audience?: string | string[] | undefined;
  /** Directory of a daemon whose certificate is trusted, for one that serves https. */
  readonly home: string;
}

/** jose's own patience, five seconds, is less than a busy machine may need. */
const JWKS_MS = 60_000;

/** What jose believes of a token, keys found by discovery. Rejects when it does not. */
export async function believe({ issuer, token, audience, home }: Claimed): Promise<JWTPayload> {
  const load = issuer.startsWith('https:') ? trust(readFileSync(join(home, 'ca.pem'))) : fetch;
  const discovery = await load(`${issuer}/.well-known/openid-configuration`);
  const { jwks_uri } = (await discovery.json()) as { jwks_uri: string };
  const keys = createRemoteJWKSet(new URL(jwks_uri), { [customFetch]: load, timeoutDuration: JWKS_MS });
  const expected = { issuer, algorithms: ['RS256'], ...(audience !== undefined && { audience }) };
  return (await jwtVerify(token, keys, expected)).payload;
}

/** A `fetch` that trusts one authority and no other. */
function trust(ca: Buffer): (url: string) => Promise<Response> {
  return (url) =>
    new Promise((resolve, reject) => {
      get(url, { ca, agent: false }, async (response) => {
        const chunks: Buffer[] = await response.toArray();
        resolve(new Response(Buffer.concat(chunks), { status: response.statusCode ?? 0 }));
      }).on('error', reject);
    });
}
