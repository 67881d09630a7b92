import { chmodSync, linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DaemonFile, readDaemonFile } from '../../../daemon/client/daemon-file.ts';

const content: DaemonFile = {
  pid: 1234,
  baseUrl: 'http://localhost:6468',
  controlToken: 'not-a-real-one',
  instance: 'i',
  version: '0.1.0',
  startedAt: '2026-11-22T15:00:00Z',
};

let home: string;
let path: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mintmark-'));
  path = join(home, 'daemon.json');
});
afterEach(() => rmSync(home, { recursive: true }));

const write = (text: string, mode = 0o600) => writeFileSync(path, text, { mode });

describe('daemon.json', () => {
  test('is read', () => {
    write(JSON.stringify(content));
    expect(readDaemonFile(home)).toEqual(content);
  });

  test('is nothing when it is not there, nor the directory', () => {
    expect(readDaemonFile(home)).toBeNull();
    expect(readDaemonFile(join(home, 'nowhere'))).toBeNull();
  });

  test.each([
    ['half a file', '{"pid": 12'],
    ['another value', '[]'],
    ['null', 'null'],
    ['a pid that is none', JSON.stringify({ ...content, pid: -1 })],
    ['a missing member', JSON.stringify({ ...content, controlToken: undefined })],
  ])('is nothing when it is %s', (_, text) => {
    write(text);
    expect(readDaemonFile(home)).toBeNull();
  });

  test.each([0o604, 0o640, 0o606])('is refused with mode %o', (mode) => {
    write(JSON.stringify(content));
    chmodSync(path, mode);
    expect(() => readDaemonFile(home)).toThrow(expect.objectContaining({ code: 'state_insecure' }));
  });

  test('is refused as a symbolic link', () => {
    write(JSON.stringify(content));
    renameSync(path, join(home, 'elsewhere'));
    symlinkSync(join(home, 'elsewhere'), path);
    expect(() => readDaemonFile(home)).toThrow(expect.objectContaining({ code: 'state_insecure' }));
  });

  test('is refused as a folder', () => {
    mkdirSync(path);
    expect(() => readDaemonFile(home)).toThrow(expect.objectContaining({ code: 'state_insecure' }));
  });

  test('is refused when it is larger than any of ours', () => {
    write(' '.repeat(100_000));
    expect(() => readDaemonFile(home)).toThrow(expect.objectContaining({ code: 'state_insecure' }));
  });

  test('is refused when it has a second name, under which another directory may change it', () => {
    write(JSON.stringify(content));
    linkSync(path, join(home, 'second'));
    expect(() => readDaemonFile(home)).toThrow(expect.objectContaining({ code: 'state_insecure' }));
  });
});
