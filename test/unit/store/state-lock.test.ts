import { mkdirSync } from 'node:fs';
import { beforeEach, expect, it } from 'vitest';
import { acquireStateLock } from '../../../daemon/store/state-lock.ts';
import { atEnd, codeOf, makeHome, readLine, startChild } from './fixtures.ts';

let home = '';
beforeEach(() => {
  home = makeHome();
  mkdirSync(home, { mode: 0o700 });
});

it('is held by one at a time and free after its release', async () => {
  const lock = acquireStateLock(home);
  expect(await codeOf(() => acquireStateLock(home))).toBe('state_locked');
  lock.release();
  acquireStateLock(home).release();
});

it('keeps other processes out and dies with its own, even by kill -9', async () => {
  const holder = startChild('hold-lock.ts', home);
  expect(await readLine(holder.lines)).toBe('locked');
  expect(await codeOf(() => acquireStateLock(home))).toBe('state_locked');
  holder.process.kill('SIGKILL');
  await holder.ended;
  const lock = acquireStateLock(home);
  atEnd(lock.release);
  expect(await readLine(startChild('hold-lock.ts', home).lines)).toBe('state_locked');
});

it('has exactly one winner among processes that start at once', async () => {
  const starts = Array.from({ length: 8 }, () => startChild('hold-lock.ts', home));
  const answers = await Promise.all(starts.map(({ lines }) => readLine(lines)));
  expect(answers.filter((answer) => answer === 'locked')).toHaveLength(1);
  expect(answers.filter((answer) => answer === 'state_locked')).toHaveLength(7);
});
