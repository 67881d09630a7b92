import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../../daemon/protocol/resources.ts';
import { waitFor } from '../../../support/wait.ts';
import { startTestDaemon, type TestDaemon } from '../../server/setup.ts';
import { type OpenedSession, openSession } from './open-session.ts';

let daemon: TestDaemon;
const opened: OpenedSession[] = [];

beforeEach(async () => {
  daemon = await startTestDaemon();
});
afterEach(async () => {
  for (const { session } of opened.splice(0)) session.dispose();
  await daemon.stop();
});

function open(...args: Parameters<typeof openSession>): OpenedSession {
  const session = openSession(...args);
  opened.push(session);
  return session;
}

async function joined(): Promise<OpenedSession> {
  const session = open(daemon.home);
  await session.session.joinIfRunning();
  return session;
}

describe('joining', () => {
  it('goes from stopped straight to running, and knows the issuers then', async () => {
    const { session, kinds } = await joined();
    expect(kinds).toEqual(['running']);
    expect(session.state).toEqual({
      kind: 'running',
      baseUrl: daemon.running.baseUrl,
      version: '0.0.0-test',
      degraded: null,
    });
    expect(session.issuers.map(({ slug }) => slug)).toEqual(['default']);
  });

  it('leaves everything as it is where no daemon runs', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'mintmark-session-'));
    const { session, kinds, errors } = open(join(parent, 'home'));
    await session.joinIfRunning();
    expect(session.state).toEqual({ kind: 'stopped' });
    expect([kinds, errors]).toEqual([[], []]);
    rmSync(parent, { recursive: true });
  });

  it('is one attempt, however often it is asked for at once', async () => {
    const { session, kinds } = open(daemon.home);
    await Promise.all([session.joinIfRunning(), session.joinIfRunning(), session.start(), session.start()]);
    expect(kinds).toEqual(['running']);
  });

  it('is what starting does where a daemon runs', async () => {
    const { session, kinds } = open(daemon.home);
    await session.start();
    expect(kinds).toEqual(['starting', 'running']);
  });
});

describe('a session that cannot start its daemon', () => {
  it('says that it failed, and why, and can be asked again', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'mintmark-session-'));
    const { session, kinds } = open(join(parent, 'home'));
    await expect(session.start()).rejects.toMatchObject({ code: 'internal' });
    expect(session.state).toMatchObject({ kind: 'failed', code: 'internal' });
    await expect(session.start()).rejects.toThrow();
    expect(kinds).toEqual(['starting', 'failed', 'starting', 'failed']);
    rmSync(parent, { recursive: true });
  });

  it('fails the start alone, not those who only wanted to join', async () => {
    const { session } = open('/there/is/no/such/home');
    const starting = session.start();
    await session.joinIfRunning();
    await expect(starting).rejects.toThrow();
  });
});

describe('an untrusted window', () => {
  it('neither joins nor starts, until trust is granted', async () => {
    const { session, grantTrust } = open(daemon.home, { isTrusted: () => false });
    await session.joinIfRunning();
    await expect(session.start()).rejects.toMatchObject({ code: 'daemon_unreachable' });
    expect(session.state).toEqual({ kind: 'unavailable', why: 'untrusted' });
    grantTrust();
    expect(session.state).toEqual({ kind: 'stopped' });
    await session.joinIfRunning();
    expect(session.state.kind).toBe('running');
  });
});

describe('a running session', () => {
  it('answers calls, and refuses them by code', async () => {
    const { session } = await joined();
    expect(await session.call('tokens.mint', { slug: 'default' })).toMatchObject({
      kid: session.issuers[0]?.keys[0]?.kid,
    });
    await expect(session.call('issuers.show', { slug: 'nobody' })).rejects.toMatchObject({ code: 'issuer_not_found' });
  });

  it('refuses what the daemon would close the connection over', async () => {
    const { session } = await joined();
    await expect(session.call('verify', { token: 'x'.repeat(300_000) })).rejects.toMatchObject({ code: 'too_large' });
    expect((await session.call('status', {})).version).toBe('0.0.0-test');
  });

  it('sees what others do: keys, issuers and events', async () => {
    const { session } = await joined();
    const told: LogEvent[] = [];
    session.onDidAppendEvents((events) => told.push(...events));
    await daemon.control('POST', '/issuers', { slug: 'other', alg: 'ES256' });
    await daemon.control('POST', '/issuers/default/keys/rotate', {});
    await waitFor(
      'both changes',
      () => session.issuers.length === 2 && session.issuers.some(({ keys }) => keys.length === 2),
    );
    await waitFor('the events', () => told.some(({ name }) => name === 'key.retiring'));
    expect(session.events.slice(-told.length)).toEqual(told);
    const seqs = session.events.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
  });

  it('keeps the last 200 events', async () => {
    for (let count = 0; count < 210; count++) await daemon.mint();
    const { session } = await joined();
    await waitFor('the tail', () => session.events.length === 200);
    expect(session.events.at(-1)).toMatchObject({ name: 'token.minted' });
    await daemon.mint();
    const last = session.events.at(-1)?.seq ?? 0;
    await waitFor('one more', () => session.events.at(-1)?.seq === last + 1);
    expect(session.events).toHaveLength(200);
  });
});

describe('the end of the daemon', () => {
  it('that was meant shows as reconnecting and then as stopped, with nothing left of what it said', async () => {
    const { session, kinds, waitFor: wait } = await joined();
    await daemon.running.stop();
    await wait('stopped');
    expect(kinds).toEqual(expect.arrayContaining(['running', 'reconnecting', 'stopped']));
    expect([session.issuers, session.events]).toEqual([[], []]);
    await expect(session.call('status', {})).rejects.toMatchObject({ code: 'daemon_unreachable' });
  });
});

describe('dispose', () => {
  it('closes the connection and says nothing more', async () => {
    const { session, kinds } = await joined();
    session.dispose();
    await daemon.control('POST', '/issuers', { slug: 'other', alg: 'ES256' });
    expect(kinds).toEqual(['running']);
    const { watches } = (await daemon.control('GET', '/status')).json<{ watches: number }>();
    expect(watches).toBe(0);
  });
});
