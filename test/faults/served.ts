import { expect } from 'vitest';
import { type Daemon, fetchJwks, mint, verify } from '../support/daemon.ts';
import { isAlive } from '../support/program.ts';

/** The process is the one that was started, and everything that a good client wants still works. */
export async function expectServed(daemon: Daemon): Promise<void> {
  expectAlive(daemon);
  expect((await daemon.publicGet('/api/v1/health')).status).toBe(200);
  const { token, kid } = await mint(daemon);
  expect((await fetchJwks(`${daemon.baseUrl}/issuers/default`)).keys[0]?.kid).toBe(kid);
  expect(await verify(daemon, token)).toMatchObject({ status: 'accepted', reason: null });
}

/** What works without writing: the public documents and the verification of a token minted before. */
export async function expectReadable(daemon: Daemon, token: string): Promise<void> {
  expectAlive(daemon);
  expect((await fetchJwks(`${daemon.baseUrl}/issuers/default`)).keys.length).toBeGreaterThan(0);
  expect(await verify(daemon, token)).toMatchObject({ status: 'accepted', reason: null });
}

/** Still the process that said it was ready. */
export function expectAlive(daemon: Daemon): void {
  expect(daemon.process.child.exitCode ?? daemon.process.child.signalCode).toBeNull();
  expect(isAlive(daemon.pid)).toBe(true);
}
