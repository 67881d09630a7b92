import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MintmarkError, type ProblemCode } from '../../../../daemon/problem.ts';
import { createFailureReport } from '../../../../daemon/server/http/failures.ts';
import { createLog, describeCause, type Log } from '../../../../daemon/server/log/log.ts';
import { openLogFile } from '../../../../daemon/server/log/log-file.ts';
import { createRefusalLog, isRefusalLine } from '../../../../daemon/server/log/refusal-log.ts';

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
  const file = openLogFile(path, { rotateAtBytes: 100 });
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
  const file = openLogFile(path, { rotateAtBytes: 1 });
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
  const log: Log = (level) => levels.push(level);
  createFailureReport(log, createRefusalLog(log))(new MintmarkError(code), {});
  expect(levels).toEqual([expected]);
});

it('what would act on a terminal is escaped, and the line is still JSON', () => {
  const lines: string[] = [];
  const path = '/\u009b31m\u202e';
  createLog(
    (line) => lines.push(line),
    () => 0,
  )('info', 'request refused', { path });
  expect(lines[0]).toMatch(/^[ -~]*$/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ path });
});

describe('refusals', () => {
  const openRefusals = () => {
    const lines: Record<string, unknown>[] = [];
    let endMinute: () => void = () => {};
    const refusals = createRefusalLog(
      (level, message, fields) => lines.push({ level, message, ...fields }),
      (_ms, run) => {
        endMinute = run;
        return () => {};
      },
    );
    return { lines, refusals, endMinute: () => endMinute() };
  };

  it('of one kind have twenty lines a minute, and one for all others at its end', () => {
    const { lines, refusals, endMinute } = openRefusals();
    for (let count = 0; count < 1_000; count += 1) refusals.write('forbidden_host', { path: '/x' });
    refusals.write('not_found', { path: '/y' });
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toMatchObject({ message: 'request refused', path: '/y' });
    endMinute();
    expect(lines.slice(21)).toEqual([
      { level: 'info', message: 'requests refused', code: 'forbidden_host', count: 1_000, unwritten: 980 },
    ]);
    refusals.write('forbidden_host', { path: '/z' });
    expect(lines.at(-1)).toMatchObject({ path: '/z' });
  });

  it('that no line has been written for are told when the daemon stops', () => {
    const { lines, refusals } = openRefusals();
    for (let count = 0; count < 30; count += 1) refusals.write('not_found', {});
    refusals.close();
    expect(lines.at(-1)).toMatchObject({ message: 'requests refused', count: 30, unwritten: 10 });
  });

  it('are what a full file gives up first: starts and errors stay', () => {
    const path = join(directory, 'daemon.log');
    const file = openLogFile(path, { rotateAtBytes: 5_000, isExpendable: isRefusalLine });
    const log = createLog(file.write, () => 0);
    log('info', 'daemon started');
    for (let count = 0; count < 1_000; count += 1) log('info', 'request refused', { path: `/${count}` });
    log('error', 'request failed', { code: 'internal' });
    for (let count = 0; count < 1_000; count += 1) log('info', 'requests refused', { count });
    file.close();
    const kept = readFileSync(path, 'utf8');
    expect(kept).toContain('daemon started');
    expect(kept).toContain('request failed');
    expect(kept.length).toBeLessThan(5_200);
    expect(existsSync(`${path}.1`)).toBe(false);
  });

  it('spare no room to what is none: a file of other lines becomes .1', () => {
    const path = join(directory, 'daemon.log');
    const file = openLogFile(path, { rotateAtBytes: 1_000, isExpendable: isRefusalLine });
    const log = createLog(file.write, () => 0);
    for (let count = 0; count < 30; count += 1) log('info', 'daemon started', { count });
    file.close();
    expect(readFileSync(`${path}.1`, 'utf8')).toContain('daemon started');
  });
});
