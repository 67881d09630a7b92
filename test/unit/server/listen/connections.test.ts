import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { createConnections } from '../../../../daemon/server/listen/connections.ts';

const openSocket = (): Socket => new Socket();

/** As much of a response as the table looks at. */
function openResponse(): ServerResponse {
  return Object.assign(new EventEmitter(), { headersSent: false }) as unknown as ServerResponse;
}

it('those that never asked give way first, the oldest first', () => {
  const table = createConnections(3);
  const [asked, silent, later, fresh] = [openSocket(), openSocket(), openSocket(), openSocket()] as const;
  for (const socket of [asked, silent, later]) table.add(socket);
  table.touch(asked);
  table.add(fresh);
  expect([asked, silent, later, fresh].map(({ destroyed }) => destroyed)).toEqual([false, true, false, false]);
});

it('then the one whose last request is longest ago', () => {
  const table = createConnections(2);
  const [first, second, third] = [openSocket(), openSocket(), openSocket()] as const;
  for (const socket of [first, second]) {
    table.add(socket);
    table.touch(socket);
  }
  table.touch(first);
  table.add(third);
  expect([first, second].map(({ destroyed }) => destroyed)).toEqual([false, true]);
});

it('never one whose answer is awaited: then the new one goes', () => {
  const table = createConnections(1);
  const [busy, fresh, later] = [openSocket(), openSocket(), openSocket()] as const;
  const response = openResponse();
  table.add(busy);
  table.begin(busy, response);
  table.add(fresh);
  expect([busy.destroyed, fresh.destroyed]).toEqual([false, true]);
  response.emit('close');
  table.add(later);
  expect([busy.destroyed, later.destroyed]).toEqual([true, false]);
});

it('a place is free again once its connection is gone or became a WebSocket', async () => {
  const table = createConnections(2);
  const [gone, upgraded, kept, other] = [openSocket(), openSocket(), openSocket(), openSocket()] as const;
  table.add(gone);
  table.add(upgraded);
  table.release(upgraded);
  await new Promise((resolve) => gone.once('close', resolve).destroy());
  table.add(kept);
  table.add(other);
  expect([upgraded, kept, other].map(({ destroyed }) => destroyed)).toEqual([false, false, false]);
});

it('bytes fit between answers unless one has begun or several are awaited', () => {
  const table = createConnections(9);
  const socket = openSocket();
  table.add(socket);
  expect(table.isBetweenAnswers(socket)).toBe(true);
  const response = openResponse();
  table.begin(socket, response);
  expect(table.isBetweenAnswers(socket)).toBe(true);
  Object.assign(response, { headersSent: true });
  expect(table.isBetweenAnswers(socket)).toBe(false);
  const [first, second] = [openResponse(), openResponse()];
  response.emit('close');
  table.begin(socket, first);
  table.begin(socket, second);
  expect(table.isBetweenAnswers(socket)).toBe(false);
});

it('when the daemon stops, quiet ones end now and busy ones with their answer', () => {
  const table = createConnections(9);
  const [quiet, busy] = [openSocket(), openSocket()] as const;
  const response = openResponse();
  table.add(quiet);
  table.add(busy);
  table.begin(busy, response);
  table.drain();
  expect([quiet.writableEnded || quiet.destroyed, busy.writableEnded]).toEqual([true, false]);
  response.emit('close');
  expect(busy.writableEnded || busy.destroyed).toBe(true);
});
