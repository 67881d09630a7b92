import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { createRemoteSource } from '../../../../daemon/server/judging/remote-source.ts';
import { makeKey } from '../../../support/forge.ts';
import { waitUntilHolds } from '../../../support/wait.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** An issuer on this machine whose documents may be kept for an hour. */
async function startIssuer() {
  const keys = [makeKey('ES256', 'first').jwk, makeKey('ES256', 'second').jwk];
  let fetched = 0;
  const server = createServer((request, response) => {
    fetched += 1;
    response.setHeader('content-type', 'application/json').setHeader('cache-control', 'max-age=3600');
    response.end(JSON.stringify(request.url === '/jwks' ? { keys } : { issuer, jwks_uri: `${issuer}/jwks` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  return { issuer, loseKey: () => void keys.pop(), fetched: () => fetched };
}

test('a followed issuer that lost a key is noticed within a minute, however long its keys may be kept', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { issuer, loseKey, fetched } = await startIssuer();
  const source = createRemoteSource(() => 0);
  onTestFinished(() => source.close());
  const remote = await source.load();
  expect(await remote.keysOf(issuer, 'first')).toMatchObject({ keys: [{ kid: 'first' }, { kid: 'second' }] });
  const changed: string[] = [];
  source.onChange((name) => changed.push(name));
  loseKey();
  source.follow(issuer);
  vi.advanceTimersByTime(11 * 5_000);
  await remote.keysOf(issuer, null);
  expect(fetched()).toBe(2);
  vi.advanceTimersByTime(5_000);
  await waitUntilHolds(() => expect(changed).toEqual([issuer]));
  expect(await remote.keysOf(issuer, 'first')).toMatchObject({ keys: [{ kid: 'first' }] });
});

test('an issuer that nobody follows any more is not asked', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { issuer, fetched } = await startIssuer();
  const source = createRemoteSource(() => 0);
  onTestFinished(() => source.close());
  await (await source.load()).keysOf(issuer, null);
  source.follow(issuer);
  source.follow(issuer);
  source.leave(issuer);
  expect(vi.getTimerCount()).toBe(1);
  source.leave(issuer);
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(60_000);
  expect(fetched()).toBe(2);
});
