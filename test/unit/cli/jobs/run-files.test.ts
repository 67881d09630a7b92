import { existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refreshRunFiles, writeRunFiles } from '../../../../daemon/cli/jobs/run-files.ts';
import { makeTemporaryDirectory } from '../temporary-directory.ts';

const file = (content: string, mode = 0o600, path = 'tokens/id') => ({ path, mode, content, refreshSeconds: 60 });

test.each([0o600, 0o644, 0o400])('a file has its content, no line end, and exactly the mode %o', (mode) => {
  const directory = makeTemporaryDirectory();
  writeRunFiles(directory, [file('token', mode)]);
  const path = join(directory, 'tokens/id');
  expect(readFileSync(path, 'utf8')).toBe('token');
  expect(statSync(path).mode & 0o777).toBe(mode);
});

test.each([0o600, 0o400])('fresh content comes in place: the same inode, shorter or longer, mode %o', (mode) => {
  const directory = makeTemporaryDirectory();
  const path = join(directory, 'tokens/id');
  writeRunFiles(directory, [file('first token', mode)]);
  const { ino } = statSync(path);
  for (const content of ['second, longer token', 'third']) {
    refreshRunFiles(directory, [file(content, mode)]);
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(statSync(path)).toMatchObject({ ino });
    expect(statSync(path).mode & 0o777).toBe(mode);
  }
});

test('a file that the job removed is there again', () => {
  const directory = makeTemporaryDirectory();
  writeRunFiles(directory, [file('first')]);
  rmSync(join(directory, 'tokens/id'));
  refreshRunFiles(directory, [file('second')]);
  expect(readFileSync(join(directory, 'tokens/id'), 'utf8')).toBe('second');
});

test('MI-42: a directory that the job removed stays away, with the file that was in it', () => {
  const directory = makeTemporaryDirectory();
  const other = file('other', 0o600, 'other');
  writeRunFiles(directory, [file('first'), other]);
  rmSync(join(directory, 'tokens'), { recursive: true });
  refreshRunFiles(directory, [file('second'), { ...other, content: 'fresh' }]);
  expect(existsSync(join(directory, 'tokens'))).toBe(false);
  expect(readFileSync(join(directory, 'other'), 'utf8')).toBe('fresh');
});

test('a link that the job put in its place is not followed', () => {
  const directory = makeTemporaryDirectory();
  const elsewhere = join(makeTemporaryDirectory(), 'elsewhere');
  writeFileSync(elsewhere, 'untouched');
  writeRunFiles(directory, [file('first')]);
  rmSync(join(directory, 'tokens/id'));
  symlinkSync(elsewhere, join(directory, 'tokens/id'));
  expect(() => refreshRunFiles(directory, [file('second')])).toThrow();
  expect(readFileSync(elsewhere, 'utf8')).toBe('untouched');
});

test.each(['../escaped', '..', '', 'a/../../escaped'])('a file lies nowhere but in its run: %j', (path) => {
  const directory = join(makeTemporaryDirectory(), 'run');
  expect(() => writeRunFiles(directory, [file('x', 0o600, path)])).toThrow();
  expect(existsSync(join(directory, '../escaped'))).toBe(false);
});
