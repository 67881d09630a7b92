import { createPublicKey, type JsonWebKey, verify as verifySignature } from 'node:crypto';
import type { KeySet } from '../../../daemon/verify/keys.ts';
import { judgeToken, readToken } from '../../../daemon/verify/verify-token.ts';
import { compare, type Section, section } from '../findings.ts';
import { AUDIENCE, MINT_BODY } from '../job-claims.ts';
import { driveLoad, writeRequest } from '../load.ts';
import { CONNECTIONS, type Scale } from '../scale.ts';
import { type Mintmark, startMintmark, startPeer } from '../servers.ts';

/** So many different tokens that a cache of the last one would not help. */
const TOKENS = 256;

/** P13 and B13: how fast RS256 tokens are judged, over HTTP and in process. */
export async function measureVerifying(scale: Scale): Promise<Section> {
  const ours = await startMintmark();
  const issuer = `${ours.baseUrl}/issuers/default`;
  const tokens: string[] = [];
  while (tokens.length < TOKENS) {
    const minted = await ours.call('POST', '/issuers/default/tokens', JSON.parse(MINT_BODY));
    tokens.push(String(minted.token));
  }
  const expect = { issuer, audience: AUDIENCE };
  const bodies = tokens.map((token) => JSON.stringify({ token, expect }));
  const verdict = await ours.call('POST', '/verify', JSON.parse(bodies[0] as string));
  const bare = await startPeer('bare-http', { post: JSON.stringify(verdict) });
  const post = async (port: number): Promise<number> => {
    const result = await driveLoad({
      port,
      requests: bodies.map((body) => writeRequest(port, 'POST', '/api/v1/verify', { headers: ours.headers, body })),
      connections: CONNECTIONS,
      perSecond: null,
      warmUpMs: scale.warmUpMs,
      measureMs: scale.measureMs,
    });
    return result.perSecond;
  };
  try {
    const jwk = await readKey(ours, issuer);
    const series = { http: [] as number[], bare: [] as number[], strict: [] as number[], plain: [] as number[] };
    for (let round = 0; round < scale.rounds; round += 1) {
      series.http.push(await post(ours.port));
      series.bare.push(await post(bare.port));
      series.strict.push(repeat(scale, tokens, judgeStrictly(jwk, expect)));
      series.plain.push(repeat(scale, tokens, judgePlainly(jwk)));
    }
    return section({
      findings: [compare('P13', series.http, series.bare, '/s'), compare('B13', series.strict, series.plain, '/s')],
    });
  } finally {
    await ours.stop();
    await bare.stop();
  }
}

type Judge = (token: string) => boolean;

async function readKey(server: Mintmark, issuer: string): Promise<JsonWebKey & { kid: string }> {
  const discovery = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as { jwks_uri: string };
  const { keys } = (await (await fetch(discovery.jwks_uri)).json()) as { keys: (JsonWebKey & { kid: string })[] };
  if (!keys[0]) throw new Error(`${server.baseUrl} publishes no key`);
  return keys[0];
}

function judgeStrictly(jwk: JsonWebKey & { kid: string }, expect: { issuer: string; audience: string }): Judge {
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  const keys: KeySet = {
    ok: true,
    provenance: 'supplied-keys',
    keys: [{ kid: jwk.kid, algorithms: ['RS256'], publicKey, fault: null }],
    isRevoked: null,
  };
  return (token) => judgeToken(readToken(token), keys, expect, Date.now()).status === 'accepted';
}

/** The least that any verifier does: split, base64url, JSON, one signature check. */
function judgePlainly(jwk: JsonWebKey): Judge {
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  return (token) => {
    const [header = '', payload = '', signature = ''] = token.split('.');
    JSON.parse(Buffer.from(header, 'base64url').toString());
    JSON.parse(Buffer.from(payload, 'base64url').toString());
    const signed = Buffer.from(`${header}.${payload}`);
    return verifySignature('sha256', signed, publicKey, Buffer.from(signature, 'base64url'));
  };
}

/** Calls per second. @throws Error when a good token is refused. */
function repeat(scale: Scale, tokens: readonly string[], judge: Judge): number {
  const begun = performance.now();
  let calls = 0;
  while (performance.now() - begun < scale.measureMs / 2) {
    for (const token of tokens) if (!judge(token)) throw new Error('a good token was refused');
    calls += tokens.length;
  }
  return calls / ((performance.now() - begun) / 1000);
}
