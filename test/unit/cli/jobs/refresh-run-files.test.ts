import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rememberRunFiles } from '../../../../daemon/cli/jobs/refresh-run-files.ts';
import { writeRunFiles } from '../../../../daemon/cli/jobs/run-files.ts';
import type { RunFile } from '../../../../daemon/protocol/jobs.ts';
import { makeTemporaryDirectory } from '../../../support/temporary-directory.ts';

const file = (content: string, mode = 0o600, path = 'tokens/id') => ({ path, mode, content, refreshSeconds: 60 });

/** The files of a job that has begun. */
function begin(...files: readonly RunFile[]) {
  const directory = join(makeTemporaryDirectory(), 'run');
  mkdirSync(directory);
  writeRunFiles(directory, files);
  const told: string[] = [];
  const refresh = rememberRunFiles(directory, files, (line) => told.push(line));
  return { directory, path: join(directory, 'tokens/id'), refresh, told };
}

test.each([0o600, 0o400])('fresh content comes in place: the same inode, shorter or longer, mode %o', (mode) => {
  const { path, refresh, told } = begin(file('first token', mode));
  const { ino } = statSync(path);
  for (const content of ['second, longer token', 'third']) {
    refresh([file(content, mode)]);
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(statSync(path)).toMatchObject({ ino });
    expect(statSync(path).mode & 0o777).toBe(mode);
  }
  expect(told).toEqual([]);
});

test.each([0o600, 0o400])('a file that the job removed is there again, and fresh again after that, mode %o', (mode) => {
  const { path, refresh, told } = begin(file('first', mode));
  rmSync(path);
  for (const content of ['second', 'third']) {
    refresh([file(content, mode)]);
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(statSync(path).mode & 0o777).toBe(mode);
  }
  expect(told).toEqual([]);
});

test('MI-42: a directory that the job removed stays away, with the file that was in it', () => {
  const other = file('other', 0o600, 'other');
  const { directory, refresh, told } = begin(file('first'), other);
  rmSync(join(directory, 'tokens'), { recursive: true });
  refresh([file('second'), { ...other, content: 'fresh' }]);
  expect(existsSync(join(directory, 'tokens'))).toBe(false);
  expect(readFileSync(join(directory, 'other'), 'utf8')).toBe('fresh');
  expect(told).toEqual([]);
});

describe('what came into the place of something of the run gets no token, which is said once', () => {
  const elsewhere = (directory: string) => join(directory, '../elsewhere');

  test.each<[what: string, replace: (directory: string) => void]>([
    ['its directory, empty', (directory) => mkdirSync(join(directory, 'tokens'), { recursive: true })],
    [
      'its directory, with such a file',
      (directory) => {
        mkdirSync(join(directory, 'tokens'), { recursive: true });
        writeFileSync(join(directory, 'tokens/id'), '');
      },
    ],
    [
      'its directory, with the file from before',
      (directory) => {
        mkdirSync(join(directory, 'tokens'), { recursive: true });
        renameSync(join(elsewhere(directory), 'tokens/id'), join(directory, 'tokens/id'));
      },
    ],
    ['its directory, a link to the one from before', (directory) => symlinkSync(elsewhere(directory), directory)],
    [
      'a directory in between, a link to the one from before',
      (directory) => {
        mkdirSync(directory);
        symlinkSync(join(elsewhere(directory), 'tokens'), join(directory, 'tokens'));
      },
    ],
  ])('%s', (_, replace) => {
    const { directory, path, refresh, told } = begin(file('first'));
    renameSync(directory, elsewhere(directory));
    replace(directory);
    const list = () => readdirSync(join(directory, '..'), { recursive: true });
    const before = list();
    for (const content of ['second', 'third']) refresh([file(content)]);
    expect(list()).toEqual(before);
    if (existsSync(path)) expect(readFileSync(path, 'utf8')).not.toMatch(/second|third/);
    expect(told).toHaveLength(1);
  });

  test('another file', () => {
    const { path, refresh, told } = begin(file('first'));
    writeFileSync(`${path}.new`, 'of the job');
    renameSync(`${path}.new`, path);
    for (const content of ['second', 'third']) refresh([file(content)]);
    expect(readFileSync(path, 'utf8')).toBe('of the job');
    expect(told).toHaveLength(1);
  });

  test.each([0o600, 0o400])('a link to another file, whose mode stays too, mode %o', (mode) => {
    const { directory, path, refresh, told } = begin(file('first', mode));
    writeFileSync(elsewhere(directory), 'untouched', { mode: 0o640 });
    const before = statSync(elsewhere(directory)).mode;
    rmSync(path);
    symlinkSync(elsewhere(directory), path);
    for (const content of ['second', 'third']) refresh([file(content, mode)]);
    expect(readFileSync(elsewhere(directory), 'utf8')).toBe('untouched');
    expect(statSync(elsewhere(directory)).mode).toBe(before);
    expect(told).toHaveLength(1);
  });
});

test('a file that cannot be written is said once, keeps no other one from its token, and is tried again', () => {
  const other = file('other', 0o600, 'other');
  const { directory, path, refresh, told } = begin(file('first'), other);
  rmSync(path);
  mkdirSync(path);
  for (const content of ['second', 'third']) refresh([file(content), { ...other, content }]);
  expect(readFileSync(join(directory, 'other'), 'utf8')).toBe('third');
  expect(told).toHaveLength(1);
  rmSync(path, { recursive: true });
  refresh([file('fourth')]);
  expect(readFileSync(path, 'utf8')).toBe('fourth');
});
