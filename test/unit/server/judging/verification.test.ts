import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Client, openClient } from '../live-channel/live-client.ts';
import { startTestDaemon, type TestDaemon } from '../setup.ts';

let daemon: TestDaemon;
let client: Client;
beforeAll(async () => {
  daemon = await startTestDaemon();
});
afterAll(() => daemon.stop());
beforeEach(async () => {
  client = await openClient(daemon);
});
afterEach(() => client.socket.terminate());

describe('a token of an issuer elsewhere', () => {
  let server: Server;
  let elsewhere: string;
  let fetched = 0;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  beforeAll(async () => {
    server = createServer((request, response) => {
      fetched += 1;
      response.setHeader('content-type', 'application/json');
      const isDiscovery = request.url === '/.well-known/openid-configuration';
      const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' };
      response.end(
        JSON.stringify(isDiscovery ? { issuer: elsewhere, jwks_uri: `${elsewhere}/jwks` } : { keys: [jwk] }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    elsewhere = `http://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  function mintElsewhere(): string {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const iat = Math.floor(Date.now() / 1_000);
    const claims = { iss: elsewhere, sub: 'x', aud: 'y', iat, exp: iat + 60 };
    const input = `${encode({ alg: 'ES256', kid: 'k' })}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${input}.${signature.toString('base64url')}`;
  }

  it('is refused without a fetch unless the caller names that issuer', async () => {
    const before = fetched;
    const refused = await client.ask('verify', { token: mintElsewhere() });
    expect(refused).toMatchObject({ status: 'refused', reason: 'iss_mismatch', provenance: 'none' });
    expect(fetched).toBe(before);
    const verdict = await client.ask('verify', { token: mintElsewhere(), expect: { issuer: elsewhere } });
    expect(verdict).toMatchObject({ status: 'accepted', provenance: 'trusted-issuer' });
  });

  it('is judged by supplied keys without a fetch', async () => {
    const before = fetched;
    const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k' }] };
    const verdict = await client.ask('verify', { token: mintElsewhere(), keys });
    expect(verdict).toMatchObject({ status: 'accepted', provenance: 'supplied-keys' });
    expect(fetched).toBe(before);
  });

  it('can be watched', async () => {
    const watched = await client.ask('verify.watch', { token: mintElsewhere(), expect: { issuer: elsewhere } });
    expect(watched).toMatchObject({ verdict: { status: 'accepted' } });
  });

  it.each(['/issuers/nobody', ''])(
    'of an issuer here that there is not is refused, not asked for: %j',
    async (path) => {
      const issuer = `${daemon.file.baseUrl}${path}`;
      const verdict = await client.ask('verify', { token: mintElsewhere(), expect: { issuer } });
      expect(verdict).toMatchObject({ status: 'refused', reason: 'iss_mismatch', provenance: 'none' });
    },
  );
});
