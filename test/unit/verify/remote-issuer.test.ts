import { describe, expect, it } from 'vitest';
import {
  type FetchedDocument,
  ForbiddenFetchError,
  UnusableAnswerError,
} from '../../../daemon/verify/fetch-document.ts';
import type { KeySet } from '../../../daemon/verify/keys.ts';
import { createRemoteIssuers } from '../../../daemon/verify/remote-issuer.ts';
import { forgeToken, makeKey } from '../../support/forge.ts';
import { goodClaims, ISSUER, judge } from './judge.ts';

const key = makeKey('ES256', 'key-1');
const nextKey = makeKey('ES256', 'key-2');

type Answer = { status?: number; body?: unknown; maxAge?: number | undefined } | Error;

/** An issuer on a net of our own: what it answers, what it was asked, and what time it is. */
function startIssuer(issuer = ISSUER) {
  const discoveryUrl = `${issuer}/.well-known/openid-configuration`;
  const jwksUri = `${issuer}/.well-known/jwks.json`;
  const net = {
    now: 0,
    requests: [] as string[],
    changes: [] as string[],
    discovery: { body: { issuer, jwks_uri: jwksUri } } as Answer,
    jwks: { body: { keys: [key.jwk] } } as Answer,
    held: null as Promise<void> | null,
    discoveryUrl,
    jwksUri,
  };
  const fetchDocument = async (url: string): Promise<FetchedDocument> => {
    net.requests.push(url);
    await net.held;
    const answer = url === discoveryUrl ? net.discovery : net.jwks;
    if (answer instanceof Error) throw answer;
    const { status = 200, body = {}, maxAge } = answer;
    const bytes =
      body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    return {
      status,
      body: bytes,
      headers: maxAge === undefined ? {} : { 'cache-control': `public, max-age=${maxAge}` },
    };
  };
  const issuers = createRemoteIssuers({
    fetchDocument,
    now: () => net.now,
    onChange: (changed) => net.changes.push(changed),
  });
  return { net, issuers };
}

const codeOf = (set: KeySet) => (set.ok ? set.keys.map(({ kid }) => kid).join() : set.code);
const jwksRequests = (net: { requests: string[]; jwksUri: string }) =>
  net.requests.filter((url) => url === net.jwksUri).length;

describe('the keys of an issuer elsewhere', () => {
  it('are found by discovery and judge its tokens', async () => {
    const { net, issuers } = startIssuer();
    const set = await issuers.keysOf(ISSUER, key.kid);
    expect(net.requests).toEqual([net.discoveryUrl, net.jwksUri]);
    expect(judge(forgeToken(key, goodClaims()), set)).toMatchObject({
      status: 'accepted',
      provenance: 'trusted-issuer',
    });
  });

  it('are asked for below the issuer without a second slash', async () => {
    const { net, issuers } = startIssuer('https://issuer.example');
    net.discovery = { body: { issuer: 'https://issuer.example/', jwks_uri: net.jwksUri } };
    expect(codeOf(await issuers.keysOf('https://issuer.example/', null))).toBe('key-1');
    expect(net.requests[0]).toBe('https://issuer.example/.well-known/openid-configuration');
  });

  it('are not those of an issuer whose name lacks the slash at the end of the one that was asked for', async () => {
    const { net, issuers } = startIssuer('https://issuer.example');
    expect(codeOf(await issuers.keysOf('https://issuer.example/', null))).toBe('discovery_invalid');
    expect(jwksRequests(net)).toBe(0);
  });

  it.each([
    [undefined, 300],
    [0, 5],
    [60, 60],
    [1_000_000, 3600],
  ])('with max-age %s are kept for %i s', async (maxAge, seconds) => {
    const { net, issuers } = startIssuer();
    net.jwks = { body: { keys: [key.jwk] }, maxAge };
    await issuers.keysOf(ISSUER, null);
    net.now = seconds * 1000 - 1;
    await issuers.keysOf(ISSUER, key.kid);
    expect(jwksRequests(net)).toBe(1);
    net.now += 1;
    await issuers.keysOf(ISSUER, key.kid);
    expect(jwksRequests(net)).toBe(2);
  });

  it('are fetched once by many who ask at the same time', async () => {
    const { net, issuers } = startIssuer();
    const sets = await Promise.all(Array.from({ length: 50 }, () => issuers.keysOf(ISSUER, key.kid)));
    expect(sets.every((set) => set.ok)).toBe(true);
    expect(net.requests).toHaveLength(2);
  });

  it('by an unknown kid are fetched once, and each who asks for it gets the new ones', async () => {
    const { net, issuers } = startIssuer();
    await issuers.keysOf(ISSUER, key.kid);
    net.jwks = { body: { keys: [nextKey.jwk, key.jwk] } };
    const sets = await Promise.all([1, 2].map(() => issuers.keysOf(ISSUER, nextKey.kid)));
    expect(sets.map(codeOf)).toEqual(['key-2,key-1', 'key-2,key-1']);
    expect(jwksRequests(net)).toBe(2);
  });

  it('follow a rotation at once, by the unknown kid', async () => {
    const { net, issuers } = startIssuer();
    await issuers.keysOf(ISSUER, key.kid);
    net.jwks = { body: { keys: [nextKey.jwk, key.jwk] } };
    expect(codeOf(await issuers.keysOf(ISSUER, nextKey.kid))).toBe('key-2,key-1');
    expect(net.requests).toEqual([net.discoveryUrl, net.jwksUri, net.jwksUri]);
  });

  it('K9: are fetched once per cool-down in a flood of unknown kids', async () => {
    const { net, issuers } = startIssuer();
    await issuers.keysOf(ISSUER, key.kid);
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 1000 }, (_, index) => issuers.keysOf(ISSUER, `kid-${round}-${index}`)));
      net.now += 1000;
    }
    expect(jwksRequests(net)).toBe(2);
    net.now = 30_000;
    await issuers.keysOf(ISSUER, 'another');
    expect(jwksRequests(net)).toBe(3);
  });

  it('J58: are fetched anew once the clock was set back, when nobody can say how old they are', async () => {
    const { net, issuers } = startIssuer();
    net.now = 3_600_000;
    await issuers.keysOf(ISSUER, key.kid);
    await issuers.keysOf(ISSUER, 'unknown');
    net.now = 1_000;
    net.jwks = { body: { keys: [nextKey.jwk] } };
    expect(codeOf(await issuers.keysOf(ISSUER, key.kid))).toBe('key-2');
    net.jwks = { body: { keys: [key.jwk] } };
    expect(codeOf(await issuers.keysOf(ISSUER, key.kid))).toBe('key-1');
  });

  it('J58: are asked for again once the clock was set back during a back-off', async () => {
    const { net, issuers } = startIssuer();
    net.now = 3_600_000;
    net.jwks = { status: 503, body: {} };
    expect(codeOf(await issuers.keysOf(ISSUER, key.kid))).toBe('keys_unavailable');
    net.now = 0;
    net.jwks = { body: { keys: [key.jwk] } };
    expect(codeOf(await issuers.keysOf(ISSUER, key.kid))).toBe('key-1');
  });

  it('tell when they have changed, and only then', async () => {
    const { net, issuers } = startIssuer();
    await issuers.keysOf(ISSUER, null);
    expect(net.changes).toEqual([ISSUER]);
    await issuers.refresh(ISSUER);
    expect(net.changes).toHaveLength(1);
    net.jwks = { body: { keys: [nextKey.jwk] } };
    expect(codeOf(await issuers.refresh(ISSUER))).toBe('key-2');
    expect(net.changes).toHaveLength(2);
  });

  it('do not wait for a refresh that others asked for while they are fresh', async () => {
    const { net, issuers } = startIssuer();
    await issuers.keysOf(ISSUER, key.kid);
    let release = () => {};
    net.held = new Promise((resolve) => {
      release = resolve;
    });
    const refreshing = issuers.refresh(ISSUER);
    expect(codeOf(await issuers.keysOf(ISSUER, key.kid))).toBe('key-1');
    release();
    expect(codeOf(await refreshing)).toBe('key-1');
  });
});

describe('an issuer that fails', () => {
  it.each<[string, Answer, string]>([
    ['does not answer', new Error('connect ECONNREFUSED'), 'issuer_unreachable'],
    ['answers what cannot be used', new UnusableAnswerError('it is compressed'), 'discovery_invalid'],
    ['may not be asked', new ForbiddenFetchError('its address is link-local'), 'discovery_invalid'],
    ['answers 404', { status: 404 }, 'discovery_invalid'],
    ['redirects', { status: 302 }, 'discovery_invalid'],
    ['answers HTML', { body: '<html>' }, 'discovery_invalid'],
    ['answers a list', { body: [] }, 'discovery_invalid'],
    ['names another issuer', { body: { issuer: `${ISSUER}/`, jwks_uri: 'https://x.example' } }, 'discovery_invalid'],
    ['names no jwks_uri', { body: { issuer: ISSUER } }, 'discovery_invalid'],
    ['names a relative jwks_uri', { body: { issuer: ISSUER, jwks_uri: '/jwks' } }, 'discovery_invalid'],
    ['names its keys over http', { body: { issuer: ISSUER, jwks_uri: 'http://issuer.example/' } }, 'discovery_invalid'],
    ['names keys on this machine', { body: { issuer: ISSUER, jwks_uri: 'http://127.0.0.1/' } }, 'discovery_invalid'],
    [
      'names keys of this machine over https',
      { body: { issuer: ISSUER, jwks_uri: 'https://localhost:8443/' } },
      'discovery_invalid',
    ],
    [
      'names an address of this machine',
      { body: { issuer: ISSUER, jwks_uri: 'https://127.1:8443/' } },
      'discovery_invalid',
    ],
    [
      'names one within IPv6',
      { body: { issuer: ISSUER, jwks_uri: 'https://[::ffff:127.0.0.2]/' } },
      'discovery_invalid',
    ],
    [
      'names a name below localhost',
      { body: { issuer: ISSUER, jwks_uri: 'https://a.localhost./' } },
      'discovery_invalid',
    ],
    ['names a file', { body: { issuer: ISSUER, jwks_uri: 'file:///etc/passwd' } }, 'discovery_invalid'],
    ['names a user', { body: { issuer: ISSUER, jwks_uri: 'https://u:p@x.example/' } }, 'discovery_invalid'],
    ['says issuer twice', { body: `{"issuer":"x","issuer":"${ISSUER}"}` }, 'discovery_invalid'],
    ['is not UTF-8', { body: Uint8Array.of(0xff) }, 'discovery_invalid'],
  ])('in discovery, when it %s, has no keys', async (_name, discovery, code) => {
    const { net, issuers } = startIssuer();
    net.discovery = discovery;
    expect(codeOf(await issuers.keysOf(ISSUER, null))).toBe(code);
    expect(jwksRequests(net)).toBe(0);
  });

  it('is told apart from one that may not be asked', async () => {
    const detailOf = async (answer: Error) => {
      const { net, issuers } = startIssuer();
      net.discovery = answer;
      return JSON.stringify(await issuers.keysOf(ISSUER, key.kid));
    };
    const forbidden = await detailOf(new ForbiddenFetchError('its address is link-local'));
    expect(forbidden).toContain('This is no issuer that can be asked: its address is link-local.');
    expect(forbidden).not.toContain('does not answer');
    expect(await detailOf(new Error('connect ECONNREFUSED'))).toContain('does not answer');
  });

  it.each<[string, Answer]>([
    ['does not answer', new Error('socket hang up')],
    ['answers 500', { status: 500 }],
    ['answers HTML', { body: '<html>' }],
    ['answers no list', { body: { keys: {} } }],
    ['answers broken JSON', { body: '{"keys":[' }],
    ['answers 10,000 keys', { body: { keys: new Array(10_000).fill(key.jwk) } }],
    ['publishes a secret', { body: { keys: [{ kty: 'oct', k: 'AAAA' }] } }],
  ])('K8: at its keys, when it %s, has none', async (_name, jwks) => {
    const { net, issuers } = startIssuer();
    net.jwks = jwks;
    expect(codeOf(await issuers.keysOf(ISSUER, null))).toBe('keys_unavailable');
  });

  it('K8: with a duplicate kid refuses only the tokens that name it', async () => {
    const { net, issuers } = startIssuer();
    net.jwks = { body: { keys: [key.jwk, { ...makeKey('ES256').jwk, kid: key.kid }, nextKey.jwk] } };
    const set = await issuers.keysOf(ISSUER, null);
    expect(judge(forgeToken(key, goodClaims()), set).reason).toBe('kid_invalid');
    expect(judge(forgeToken(nextKey, goodClaims()), set).status).toBe('accepted');
  });

  it('is asked again after 1, 2, 4 s and at last every 5 minutes', async () => {
    const { net, issuers } = startIssuer();
    net.discovery = new Error('down');
    const times: number[] = [];
    for (; net.now < 1_500_000; net.now += 500) {
      const before = net.requests.length;
      await issuers.keysOf(ISSUER, 'any');
      if (net.requests.length > before) times.push(net.now / 1000);
    }
    expect(times).toEqual([0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811, 1111, 1411]);
  });

  it('is refreshed no more often than the back-off allows', async () => {
    const { net, issuers } = startIssuer();
    net.discovery = new Error('down');
    await issuers.refresh(ISSUER);
    await issuers.refresh(ISSUER);
    expect(net.requests).toHaveLength(1);
  });

  it('K8: keeps its last good keys for an hour, then has none, and has them again when it is back', async () => {
    const { net, issuers } = startIssuer();
    await issuers.keysOf(ISSUER, key.kid);
    net.jwks = new Error('down');
    net.discovery = new Error('down');
    net.now = 300_000 + 3_599_999;
    expect(codeOf(await issuers.keysOf(ISSUER, key.kid))).toBe('key-1');
    net.now += 1;
    expect(codeOf(await issuers.keysOf(ISSUER, key.kid))).toBe('issuer_unreachable');
    net.jwks = { body: { keys: [nextKey.jwk] } };
    net.discovery = { body: { issuer: ISSUER, jwks_uri: net.jwksUri } };
    net.now += 300_000;
    expect(codeOf(await issuers.keysOf(ISSUER, nextKey.kid))).toBe('key-2');
  });

  it('is asked anew where its keys are, when they are no longer where they were', async () => {
    const { net, issuers } = startIssuer();
    await issuers.keysOf(ISSUER, key.kid);
    net.jwks = { status: 404 };
    net.now = 300_000;
    await issuers.keysOf(ISSUER, key.kid);
    net.jwks = { body: { keys: [nextKey.jwk] } };
    net.now += 1000;
    const asked = net.requests.length;
    expect(codeOf(await issuers.keysOf(ISSUER, nextKey.kid))).toBe('key-2');
    expect(net.requests.slice(asked)).toEqual([net.discoveryUrl, net.jwksUri]);
  });
});

describe('the URL of an issuer', () => {
  it.each([
    'http://issuer.example',
    'http://localhost.example',
    'http://169.254.169.254/',
    'http://127.0.0.2',
    'ftp://localhost',
    'https://user@issuer.example',
    'https://issuer.example?x',
    'https://issuer.example#x',
    'https:\\\\issuer.example',
    ' https://issuer.example',
    'https://issuer.example\n',
    'https://',
    'issuer.example',
    '',
  ])('%j is never asked', async (issuer) => {
    const { net, issuers } = startIssuer();
    expect(codeOf(await issuers.keysOf(issuer, null))).toBe('discovery_invalid');
    expect(net.requests).toEqual([]);
  });

  it.each(['http://localhost:6468/issuers/a', 'http://127.0.0.1:1', 'http://[::1]:1/x', 'https://localhost:1/x'])(
    '%s is asked, and may have its keys on this machine',
    async (issuer) => {
      const { issuers } = startIssuer(issuer);
      expect(codeOf(await issuers.keysOf(issuer, null))).toBe('key-1');
    },
  );
});
