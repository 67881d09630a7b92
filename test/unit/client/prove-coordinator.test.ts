import { expect, onTestFinished, test } from 'vitest';
import { proveCoordinator } from '../../../daemon/client/prove-coordinator.ts';
import { openFakeDaemon } from './fake-daemon.ts';

/** What listens at a place of this machine, knows the secret, and calls itself `name` of that place. */
async function openCoordinator(name: (url: URL) => string = ({ origin }) => origin) {
  const daemon = await openFakeDaemon();
  onTestFinished(() => daemon.close());
  const url = new URL(daemon.file.baseUrl);
  Object.assign(daemon.file, { baseUrl: name(url) });
  return { url, secret: daemon.file.controlToken };
}

test('a coordinator that proves itself under the name of its place is believed', async () => {
  const { url, secret } = await openCoordinator();
  expect(await proveCoordinator(url, secret)).toMatchObject({ file: { baseUrl: url.origin } });
});

test.each([
  ['another loopback name', ({ port }: URL) => `http://127.0.0.1:${port}`],
  ['the same', ({ origin }: URL) => origin],
])('all names of this machine are one place: %s', async (_, name) => {
  const { url, secret } = await openCoordinator(name);
  await expect(proveCoordinator(url, secret)).resolves.toBeDefined();
});

test.each([
  ['whose TLS somebody took off', ({ port }: URL) => `https://localhost:${port}`],
  ['at another port', () => 'http://localhost:1'],
  ['elsewhere', ({ port }: URL) => `http://coordinator.example:${port}`],
])('a coordinator %s is not the one at this place: what listens here passes its answers on', async (_, name) => {
  const { url, secret } = await openCoordinator(name);
  await expect(proveCoordinator(url, secret)).rejects.toMatchObject({ code: 'coordinator_unproven' });
});

test('one that does not know the secret is refused', async () => {
  const { url } = await openCoordinator();
  await expect(proveCoordinator(url, 'guessed')).rejects.toMatchObject({ code: 'coordinator_unproven' });
});
