import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { LogEvent } from '../../../../daemon/protocol/resources.ts';
import { startDaemon } from '../../../../daemon/server/start-daemon.ts';
import { waitFor } from '../../../support/wait.ts';
import { seemOwnProcess } from '../../client/ended-process.ts';
import { refuse } from '../../client/live-end.ts';
import { startTestDaemon, type TestDaemon } from '../../server/setup.ts';
import { type OpenedSession, openSession } from './open-session.ts';
import { openScriptedDaemon } from './scripted-daemon.ts';

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

describe('issuers that other URLs begin with than before', () => {
  it.each([
    ['where this window starts them', 'http://localhost:1', 'start', [{ from: 'http://localhost:1' }]],
    ['where they are joined: whoever started them was told', 'http://localhost:1', 'joinIfRunning', []],
    ['where they are those of before', null, 'start', []],
  ] as const)('are told once %s', async (_, before, way, told) => {
    const { baseUrl } = daemon.running;
    const { session } = open(daemon.home);
    const moves: unknown[] = [];
    session.onDidMoveIssuers((move) => moves.push([session.state.kind, move]));
    writeFileSync(join(daemon.home, 'base-url'), before ?? baseUrl, { mode: 0o600 });
    await session[way]();
    expect(moves).toEqual(told.map((move) => ['running', { ...move, to: baseUrl }]));
    session.refresh();
    await session.call('status', {});
    expect(moves).toHaveLength(told.length);
  });

  it('are told of when they move while the connection is lost', async () => {
    const scripted = await openScriptedDaemon();
    onTestFinished(() => scripted.close());
    const { session } = open(scripted.home);
    const moves: unknown[] = [];
    session.onDidMoveIssuers((move) => moves.push(move));
    await session.joinIfRunning();
    const { baseUrl } = scripted.daemon.file;
    scripted.status = { baseUrl: 'http://localhost:2' };
    session.refresh();
    await waitFor('the move', () => moves.length > 0);
    expect(moves).toEqual([{ from: baseUrl, to: 'http://localhost:2' }]);
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
    const token = 'x'.repeat(300_000);
    await expect(session.call('verify', { token })).rejects.toMatchObject({ code: 'too_large' });
    const watching = session.watch(
      { token, expect: {} },
      () => {},
      () => {},
    );
    await expect(watching).rejects.toMatchObject({ code: 'too_large' });
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

describe('a daemon that comes back with another log', () => {
  it('that is shorter takes the place of the one before', async () => {
    const { session, waitFor: wait } = await joined();
    for (let count = 0; count < 20; count++) await daemon.mint();
    await waitFor('the events', () => session.events.at(-1)?.name === 'token.minted');
    await daemon.running.stop();
    await wait('reconnecting');
    const options = { ephemeral: true, clockControl: false, trustedIssuers: [], allowedOrigins: [] };
    const next = await startDaemon({ home: daemon.home, port: 0, version: '0.0.0-test', ...options });
    onTestFinished(() => next.stop());
    await wait('running');
    const { lastSeq } = await session.call('status', {});
    await waitFor('its whole log', () => session.events.at(-1)?.seq === lastSeq);
    expect(session.events.map(({ seq }) => seq)).toEqual(Array.from({ length: lastSeq }, (_, index) => index + 1));
  });
});

describe('a daemon that cannot write', () => {
  it.each(['storage_full', 'storage_readonly', 'database_unavailable'])(
    'is asked how it is when it refuses with %s',
    async (code) => {
      const scripted = await openScriptedDaemon();
      onTestFinished(() => scripted.close());
      const { session } = open(scripted.home);
      await session.joinIfRunning();
      scripted.answer = ({ id, method, params }, socket) => {
        if (method === 'tokens.mint') refuse(socket, id, code);
        else scripted.answerUsual({ id, method, params }, socket);
      };
      scripted.status = { health: 'degraded', healthDetail: 'no space' };
      await expect(session.call('tokens.mint', { slug: 'default' })).rejects.toMatchObject({ code });
      await waitFor('the state', () => session.state.kind === 'running' && session.state.degraded === 'no space');
    },
  );
});

describe('settings that name another state directory than that of the daemon', () => {
  const openMoving = async () => {
    seemOwnProcess(daemon);
    let home = daemon.home;
    const opened = open(home, { readSettings: () => ({ home, flags: [] }) });
    await opened.session.joinIfRunning();
    const other = await startTestDaemon();
    onTestFinished(() => other.stop());
    const name = (named: string): void => {
      home = named;
    };
    return { ...opened, other, name };
  };

  it('stop the one that this window is connected to', async () => {
    const { session, other, name } = await openMoving();
    name(other.home);
    await session.stop();
    await daemon.running.ended;
    expect(session.state.kind).toBe('stopped');
    expect((await other.control('GET', '/status')).status).toBe(200);
  });

  it('let this window leave it and join the other one, without ending either', async () => {
    const { session, kinds, other, name } = await openMoving();
    await session.leaveOtherHome();
    expect(kinds).toEqual(['running']);
    name(other.home);
    await session.leaveOtherHome();
    await session.joinIfRunning();
    expect(kinds).toEqual(['running', 'stopped', 'running']);
    expect(session.state).toMatchObject({ baseUrl: other.running.baseUrl });
    expect((await daemon.control('GET', '/status')).status).toBe(200);
  });
});

describe('stopping', () => {
  it.skipIf(process.getuid === undefined)('that fails says so, not that the daemon has stopped', async () => {
    const { session } = await joined();
    chmodSync(join(daemon.home, 'daemon.json'), 0o644);
    await expect(session.stop()).rejects.toMatchObject({ code: 'state_insecure' });
    expect(session.state).toMatchObject({ kind: 'failed', code: 'state_insecure' });
  });

  it('lets nobody join what is about to end', async () => {
    const scripted = await openScriptedDaemon({
      answer: async (response) => {
        await session.joinIfRunning();
        rmSync(join(scripted.home, 'daemon.json'));
        response.end('{}');
      },
    });
    onTestFinished(() => scripted.close());
    const { session, kinds } = open(scripted.home);
    await session.stop();
    expect(kinds).toEqual([]);
  });

  it('is over before a start that is asked for meanwhile', async () => {
    seemOwnProcess(daemon);
    const { session, kinds } = await joined();
    const stopping = session.stop();
    // There is no program to start: that it tries shows that it did not take the old one for good.
    await expect(session.start()).rejects.toMatchObject({ code: 'internal' });
    await stopping;
    expect(kinds).toEqual(['running', 'stopped', 'starting', 'failed']);
  });
});

describe('dispose', () => {
  it('closes a connection that was still being opened', async () => {
    const own = await startTestDaemon({ idleExitSeconds: 1 });
    onTestFinished(() => own.stop());
    const { session, kinds } = open(own.home);
    const joining = session.joinIfRunning();
    session.dispose();
    await joining;
    // It stays for as long as anybody is connected.
    await own.running.ended;
    expect(kinds).toEqual([]);
  });

  it('closes the connection and says nothing more', async () => {
    const { session, kinds } = await joined();
    session.dispose();
    await daemon.control('POST', '/issuers', { slug: 'other', alg: 'ES256' });
    expect(kinds).toEqual(['running']);
    const { watches } = (await daemon.control('GET', '/status')).json<{ watches: number }>();
    expect(watches).toBe(0);
  });
});
