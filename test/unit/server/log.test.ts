import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MintmarkError, type ProblemCode } from '../../../daemon/problem.ts';
import { createFailureReport } from '../../../daemon/server/failures.ts';
import { createLog, describeCause } from '../../../daemon/server/log.ts';
import { openLogFile } from '../../../daemon/server/log-file.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mintmark-log-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('a line is JSON with its time, its level and its fields', () => {
  const lines: string[] = [];
  createLog(
    (line) => lines.push(line),
    () => 0,
  )('warn', 'something', { correlationId: 'c', count: 2 });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { at: '1970-01-01T00:00:00.000Z', level: 'warn', message: 'something', correlationId: 'c', count: 2 },
  ]);
});

it('a token or a key that gets into a line is struck out, and the line is still JSON', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ sub: 'x', aud: 'y' })}.${'A'.repeat(86)}`;
  const lines: string[] = [];
  const log = createLog(
    (line) => lines.push(line),
    () => 0,
  );
  log('error', 'leak', describeCause(new Error(`with ${token}`, { cause: new Error(`Bearer ${token}`) })));
  expect(lines.join()).not.toContain(token);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error', message: 'leak' });
});

it('a file is its owner’s alone and becomes .1 when it is full', () => {
  const path = join(directory, 'daemon.log');
  const file = openLogFile(path, 100);
  for (let count = 0; count < 5; count += 1) file.write('x'.repeat(60));
  file.close();
  expect(readFileSync(`${path}.1`, 'utf8')).toBe(`${'x'.repeat(60)}\n`.repeat(2));
  expect(readFileSync(path, 'utf8')).toBe(`${'x'.repeat(60)}\n`);
  expect(statSync(path).mode & 0o077).toBe(0);
});

it('a file is gone on with after a restart, and a place that vanished ends nothing', () => {
  const path = join(directory, 'daemon.log');
  for (const line of ['one', 'two']) {
    const file = openLogFile(path);
    file.write(line);
    file.close();
  }
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  const file = openLogFile(path, 1);
  rmSync(directory, { recursive: true });
  expect(() => file.write('lost')).not.toThrow();
  file.close();
  expect(existsSync(path)).toBe(false);
});

it.each<[ProblemCode, string]>([
  ['invalid_request', 'info'],
  ['unsupported_transfer', 'info'],
  ['storage_full', 'error'],
  ['internal', 'error'],
])('%s is logged at level %s', (code, expected) => {
  const levels: string[] = [];
  createFailureReport((level) => levels.push(level))(new MintmarkError(code), {});
  expect(levels).toEqual([expected]);
});
