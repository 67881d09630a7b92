import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

it('clears away what its last holder was cut off from finishing, and nothing else', async () => {
  const half = ['master.key', 'daemon.json', 'tls.pem', 'mintmark.db', 'mintmark.db.before-v2'];
  const left = half.flatMap((name) => [`.${name}.0123456789ab.tmp`, `.${name}.0123456789ab.tmp-journal`]);
  const kept = ['.mintmark.db.mine.tmp', '.copy.db.0123456789ab.tmp', 'mintmark.db.0123456789ab.tmp'];
  for (const name of [...left, ...kept]) writeFileSync(join(home, name), 'x', { mode: 0o600 });
  const holder = acquireStateLock(home);
  for (const name of left) writeFileSync(join(home, name), 'x', { mode: 0o600 });
  expect(await codeOf(() => acquireStateLock(home))).toBe('state_locked');
  expect(readdirSync(home)).toEqual(expect.arrayContaining(left));
  holder.release();
  acquireStateLock(home).release();
  expect(readdirSync(home).sort()).toEqual([...kept, 'mintmark.lock'].sort());
});

it('is had although what was left cannot be removed', () => {
  mkdirSync(join(home, '.master.key.0123456789ab.tmp'));
  acquireStateLock(home).release();
});
