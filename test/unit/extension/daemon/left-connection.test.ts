import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { WebSocket } from 'ws';
import { createWatchList } from '../../../../extension/daemon/create-watch-list.ts';
import { waitFor } from '../../../support/wait.ts';
import { type Call, notify, reply } from '../../client/live-end.ts';
import { makeEvent, makeIssuer } from '../wire-values.ts';
import { type OpenedSession, openSession } from './open-session.ts';
import { openScriptedDaemon, type ScriptedDaemon } from './scripted-daemon.ts';

let scripted: ScriptedDaemon;
let opened: OpenedSession;
/** Questions that the daemon has not answered. */
let held: { readonly call: Call; readonly socket: WebSocket }[];

beforeEach(async () => {
  scripted = await openScriptedDaemon();
  onTestFinished(() => scripted.close());
  opened = openSession(scripted.home);
  onTestFinished(() => opened.session.dispose());
  await opened.session.joinIfRunning();
  held = [];
});

/** From now on the answers to these are held back. */
const hold = (...methods: string[]) => {
  scripted.answer = (call, socket) => {
    if (methods.includes(call.method)) held.push({ call, socket });
    else scripted.answerUsual(call, socket);
  };
};
const isHeld = (method: string) => held.some(({ call }) => call.method === method);

describe('what comes over a connection that was left', () => {
  it('is not taken for what the daemon has', async () => {
    const { session } = opened;
    hold('issuers.list');
    session.refresh();
    await waitFor('the question', () => isHeld('issuers.list'));
    session.dispose();
    // The daemon does not know yet that nobody waits for it.
    for (const { call, socket } of held) reply(socket, call.id, { items: [makeIssuer()], nextCursor: null });
    await waitFor('the end of the connection', () => scripted.sockets.size === 0);
    expect(session.issuers).toEqual([]);
  });

  it('is not taken for how the daemon is', async () => {
    const { session, kinds } = opened;
    hold('status');
    session.refresh();
    await waitFor('the question', () => isHeld('status'));
    // There is nobody to ask to stop: what is left is that this window leaves.
    rmSync(join(scripted.home, 'daemon.json'));
    const left = new Promise<void>((resolve) => session.onDidChangeIssuers(resolve));
    const stopping = session.stop();
    await left;
    scripted.status = { health: 'degraded', healthDetail: 'no space' };
    for (const { call, socket } of held) scripted.answerUsual(call, socket);
    await waitFor('the end of the connection', () => scripted.sockets.size === 0);
    await stopping;
    expect(kinds).toEqual(['running', 'stopped']);
  });
});

it('an event over a connection that was left is not among those of the daemon', async () => {
  const { session } = opened;
  rmSync(join(scripted.home, 'daemon.json'));
  const left = new Promise<void>((resolve) => session.onDidChangeIssuers(resolve));
  const stopping = session.stop();
  await left;
  for (const socket of scripted.sockets) notify(socket, 'event', makeEvent());
  await waitFor('the end of the connection', () => scripted.sockets.size === 0);
  await stopping;
  expect(session.events).toEqual([]);
});

describe('a connection that is coming back', () => {
  it('carries no call before the session runs again', async () => {
    const { session, waitFor: wait } = opened;
    const watches = createWatchList(session, () => {});
    onTestFinished(() => watches.dispose());
    await watches.pin('a.b.c', {});
    hold('verify.watch');
    scripted.cut();
    await waitFor('the watch to be asked for again', () => isHeld('verify.watch'));
    expect(session.state.kind).toBe('reconnecting');
    await expect(session.call('tokens.mint', { slug: 'default' })).rejects.toMatchObject({
      code: 'daemon_unreachable',
    });
    for (const { call, socket } of held) scripted.answerUsual(call, socket);
    await wait('running');
    await session.call('issuers.list', {});
    expect(scripted.calls.map(({ method }) => method)).not.toContain('tokens.mint');
  });
});
