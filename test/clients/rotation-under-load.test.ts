import { setTimeout as pause } from 'node:timers/promises';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { JwksClient } from 'jwks-rsa';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createIssuer, type Daemon, mint, rotate, startDaemon, verify } from '../support/daemon.ts';
import { keepAlive } from '../support/http.ts';
import { hasPythonModule, openPythonClient } from '../support/line-client.ts';
import { AUDIENCE, type RelyingParty } from '../support/third-party.ts';
import type { Minted } from '../support/wire.ts';

const SECONDS = Number(process.env.MINTMARK_LOAD_SECONDS ?? 60);
const PER_SECOND = 200;
const TOTAL = SECONDS * PER_SECOND;
/** A machine that cannot keep up is asked for no more than this at once, which is more than a second's worth. */
const MOST_IN_FLIGHT = 300;
/** It then takes longer, and is let off the rest of the load after this long. */
const MOST_SECONDS = 3 * SECONDS;
/** Clients whose own patience with an answer is a few seconds get more: the load may be what keeps them waiting. */
const PATIENCE_MS = 60_000;
const NONCE = 'n-0S6_WzA2Mj';
/** How many tokens later a token is shown once more: its key has been rotated away several times by then. */
const LATER = 5 * PER_SECOND;

/**
 * Two issuers, each with half of the load and a rotation every second. `staged` publishes its keys ahead, for clients
 * that keep their key set through a cool-down (their defaults); `sudden` rotates in one
 * step, for those that look again.
 */
interface Side {
  slug: string;
  parties: { name: string; party: RelyingParty }[];
  tokens: Minted[];
  /** The `kid` of each rotation, in order, as they are answered. */
  rotations: Promise<string>[];
}

const agent = keepAlive(64);
let daemon: Daemon;
let staged: Side;
let sudden: Side;

beforeAll(async () => {
  daemon = await startDaemon();
  const urls: string[] = [];
  for (const [slug, alg] of [
    ['staged', 'RS256'],
    ['sudden', 'ES256'],
  ] as const) {
    urls.push((await createIssuer(daemon, slug, { alg })).url);
  }
  const [stagedUrl = '', suddenUrl = ''] = urls;
  await Promise.all(Array.from({ length: SECONDS }, () => rotate(daemon, 'staged', { prepublish: true })));
  staged = {
    slug: 'staged',
    tokens: [],
    rotations: [],
    parties: [
      { name: 'jose', party: openJose(stagedUrl) },
      { name: 'oauth4webapi', party: await openOauth4webapi(stagedUrl) },
      { name: 'openid-client', party: await openOpenidClient(stagedUrl) },
    ],
  };
  sudden = {
    slug: 'sudden',
    tokens: [],
    rotations: [],
    parties: [
      { name: 'jose without cool-down', party: openJose(suddenUrl, 0) },
      { name: 'jwks-rsa', party: openJwksRsa(suddenUrl) },
      ...(hasPythonModule('jwt') ? [{ name: 'PyJWT', party: openPython('pyjwt_client.py', suddenUrl) }] : []),
      ...(hasPythonModule('authlib') ? [{ name: 'Authlib', party: openPython('authlib_client.py', suddenUrl) }] : []),
    ],
  };
  // Clients at their defaults learn the keys once, before the first rotation.
  for (const side of [staged, sudden]) {
    const { token } = await mintFor(side.slug);
    for (const { party } of side.parties) await party.verify(token);
  }
  // Sixty RSA keys take a busy machine half a minute.
}, 300_000);
afterAll(async () => {
  for (const { party } of [...staged.parties, ...sudden.parties]) await party.close?.();
  agent.destroy();
  await daemon.stop();
});

it(`refuses no valid token in ${SECONDS} seconds of ${PER_SECOND} mints and verifications a second and a rotation every second`, {
  timeout: (MOST_SECONDS + 120) * 1000,
}, async () => {
  const refusals: string[] = [];
  const flights = new Set<Promise<void>>();
  let failure: unknown = null;
  const takeOff = (flight: Promise<unknown>): void => {
    const landed: Promise<void> = flight.then(
      () => void flights.delete(landed),
      (error: unknown) => {
        failure ??= error;
        flights.delete(landed);
      },
    );
    flights.add(landed);
  };
  const started = performance.now();
  const countSeconds = () => (performance.now() - started) / 1000;
  let n = 0;
  for (; n < TOTAL && failure === null && countSeconds() < MOST_SECONDS; n += 1) {
    // Open loop: the next request goes out on time whether or not the ones before were answered.
    const early = started + (n * 1000) / PER_SECOND - performance.now();
    if (early > 1) await pause(early);
    if (flights.size >= MOST_IN_FLIGHT) await Promise.race(flights);
    const side = n % 2 === 0 ? staged : sudden;
    if (n % PER_SECOND < 2) {
      await giveLastKeyItsTurn(side, n, refusals);
      side.rotations.push(rotate(daemon, side.slug).then(({ kid }) => kid));
      takeOff(Promise.resolve(side.rotations.at(-1)));
    }
    takeOff(goRound(side, n, refusals));
  }
  await Promise.all(flights);
  if (failure !== null) throw failure;
  const rotations = staged.rotations.length + sudden.rotations.length;
  console.info(`${n} mints and verifications in ${countSeconds().toFixed(1)} s, ${rotations} rotations`);

  expect(refusals).toEqual([]);
  // The load was real: every request was answered, and every key of the rotation, but for the last, had its turn.
  for (const side of [staged, sudden]) {
    expect(new Set(side.tokens.map(({ jti }) => jti)).size).toBe(side.tokens.length);
    expect(side.tokens.length).toBeGreaterThanOrEqual(Math.floor(n / 2));
    const kids = new Set(side.tokens.map(({ kid }) => kid));
    const turned = await Promise.all(side.rotations.slice(0, -1));
    expect(turned.filter((kid) => !kids.has(kid))).toEqual([]);
  }
});

/** Behind a crowd of requests, a rotation may be answered after all mints that were to follow it. */
async function giveLastKeyItsTurn(side: Side, n: number, refusals: string[]): Promise<void> {
  const last = await side.rotations.at(-1);
  if (last !== undefined && !side.tokens.some(({ kid }) => kid === last)) await goRound(side, n, refusals);
}

/** Mints, and has the token judged by the daemon and by one of the clients; now and then one from long ago as well. */
async function goRound(side: Side, n: number, refusals: string[]): Promise<void> {
  const minted = await mintFor(side.slug);
  side.tokens.push(minted);
  await judge(side, minted, n, refusals);
  if (n % 20 < 2) {
    const old = side.tokens[side.tokens.length - LATER];
    if (old !== undefined) await judge(side, old, n, refusals);
  }
}

async function judge(side: Side, { token, kid }: Minted, n: number, refusals: string[]): Promise<void> {
  const chosen = side.parties[(n >> 1) % side.parties.length];
  const ask = () => chosen?.party.verify(token);
  const askAgain = (error: unknown) => {
    if (error instanceof errors.JWKSNoMatchingKey) return ask();
    throw error;
  };
  await Promise.all([
    verify(daemon, token, { audience: AUDIENCE, type: typeOf(side.slug) }, undefined, { agent }).then(
      ({ status, reason }) => {
        if (status !== 'accepted') refusals.push(`${n}: ourselves: ${reason} ${kid}`);
      },
    ),
    // A client that is waiting for a key set asks for no second one: the one that it gets may be from before the rotation.
    (side === sudden ? ask()?.catch(askAgain) : ask())?.catch((error: Error) =>
      refusals.push(`${n}: ${chosen?.name}: ${error.message} ${kid}`),
    ),
  ]);
}

/** oauth4webapi takes access tokens of RFC 9068 only. */
function typeOf(slug: string): string {
  return slug === 'staged' ? 'at+jwt' : 'JWT';
}

function mintFor(slug: string): Promise<Minted> {
  const input = {
    audience: AUDIENCE,
    header: { typ: typeOf(slug) },
    claims: { client_id: 'acme', nonce: NONCE },
  };
  return mint(daemon, slug, input, { agent });
}

function openJose(issuer: string, coolDown?: number): RelyingParty {
  const options = { timeoutDuration: PATIENCE_MS, ...(coolDown !== undefined && { cooldownDuration: coolDown }) };
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), options);
  return { verify: async (token) => (await jwtVerify(token, keys, { issuer, audience: AUDIENCE })).payload };
}

async function openOauth4webapi(issuer: string): Promise<RelyingParty> {
  const url = new URL(issuer);
  const insecure = { [oauth.allowInsecureRequests]: true };
  const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
  return {
    verify: async (token) => {
      const request = new Request('https://api.example.test/', { headers: { authorization: `Bearer ${token}` } });
      return { ...(await oauth.validateJwtAccessToken(server, request, AUDIENCE, insecure)) };
    },
  };
}

async function openOpenidClient(issuer: string): Promise<RelyingParty> {
  const config = await openid.discovery(new URL(issuer), AUDIENCE, {}, openid.None(), {
    execute: [openid.allowInsecureRequests],
  });
  openid.useIdTokenResponseType(config);
  return {
    verify: async (token) => {
      const callback = new URL(`https://rp.example.test/callback#id_token=${token}`);
      return { ...(await openid.implicitAuthentication(config, callback, NONCE)) };
    },
  };
}

function openJwksRsa(issuer: string): RelyingParty {
  const keys = new JwksClient({ jwksUri: `${issuer}/.well-known/jwks.json` });
  return {
    verify: async (token) => {
      const key = await keys.getSigningKey(jsonwebtoken.decode(token, { complete: true })?.header.kid);
      const claims = jsonwebtoken.verify(token, key.getPublicKey(), {
        issuer,
        audience: AUDIENCE,
        algorithms: ['ES256'],
      });
      if (typeof claims === 'string') throw new Error('the payload is no object');
      return claims;
    },
  };
}

function openPython(script: string, issuer: string): RelyingParty {
  return openPythonClient(script, { issuer, algorithm: 'ES256', audience: AUDIENCE });
}
