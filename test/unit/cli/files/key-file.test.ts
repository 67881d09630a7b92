import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { planKeyFile, writeKeyFile } from '../../../../daemon/cli/files/key-file.ts';
import { makeTemporaryDirectory } from '../../../support/temporary-directory.ts';

const hasModes = process.getuid !== undefined;
const isRoot = process.getuid?.() === 0;
const modeOf = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8);
const exportTo = (file: string, isPrivate = true): void =>
  writeKeyFile(planKeyFile(file, isPrivate), 'a key\n', isPrivate);

/** A directory with this mode in one that nobody else can enter. */
function makeDirectory(mode: number): string {
  const directory = join(makeTemporaryDirectory(), 'keys');
  mkdirSync(directory);
  chmodSync(directory, mode);
  return directory;
}

describe('a key file', () => {
  test.runIf(hasModes).each([0o000, 0o022, 0o277, 0o777])(
    'is for its owner alone, as is the directory that is made for it, whatever the umask (%o)',
    (umask) => {
      const directory = makeTemporaryDirectory();
      const before = process.umask(umask);
      onTestFinished(() => void process.umask(before));
      exportTo(join(directory, 'a', 'key.pem'));
      expect(['a', 'a/key.pem'].map((name) => modeOf(join(directory, name)))).toEqual(['700', '600']);
      expect(readFileSync(join(directory, 'a/key.pem'), 'utf8')).toBe('a key\n');
    },
  );

  test('has one directory made for it and no more', () => {
    const directory = makeTemporaryDirectory();
    const told = `${JSON.stringify(join(directory, 'a'))} is not there: make it first, or name another one`;
    expect(() => planKeyFile(join(directory, 'a', 'b', 'key.pem'), true)).toThrow(told);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('leaves nothing beside it', () => {
    const directory = makeDirectory(0o700);
    exportTo(join(directory, 'key.pem'));
    expect(readdirSync(directory)).toEqual(['key.pem']);
  });

  test('replaces nothing, even what came after it was planned', () => {
    const directory = makeDirectory(0o700);
    const path = join(directory, 'key.pem');
    const planned = planKeyFile(path, true);
    writeFileSync(path, 'of another');
    const told = `${JSON.stringify(path)} exists: name a new file`;
    expect(() => writeKeyFile(planned, 'a key\n', true)).toThrow(told);
    expect(() => planKeyFile(path, false)).toThrow(told);
    expect(readFileSync(path, 'utf8')).toBe('of another');
    expect(readdirSync(directory)).toEqual(['key.pem']);
  });

  test.each(['there', 'gone'])('does not follow a link whose target is %s', (target) => {
    const directory = makeDirectory(0o700);
    const [link, file] = [join(directory, 'link'), join(directory, target)];
    writeFileSync(join(directory, 'there'), 'of another');
    const planned = planKeyFile(link, false);
    symlinkSync(file, link);
    expect(() => writeKeyFile(planned, 'a key\n', false)).toThrow('exists: name a new file');
    expect(() => planKeyFile(link, true)).toThrow('exists: name a new file');
    expect(readlinkSync(link)).toBe(file);
    expect(readFileSync(join(directory, 'there'), 'utf8')).toBe('of another');
    expect(readdirSync(directory)).toEqual(['link', 'there']);
  });

  test('does not go through a link to a directory', () => {
    const directory = makeDirectory(0o700);
    const link = join(directory, '..', 'link');
    symlinkSync(directory, link);
    expect(() => exportTo(join(link, 'key.pem'))).toThrow('is a symbolic link: name the directory that it points to');
    expect(readdirSync(directory)).toEqual([]);
  });

  test('is no directory, nor below a file', () => {
    const directory = makeDirectory(0o700);
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(() => exportTo(`${join(directory, 'new')}/`)).toThrow('is a directory: name a file in it');
    expect(() => exportTo(directory)).toThrow('exists');
    expect(() => exportTo(join(file, 'key.pem'))).toThrow('is not a directory');
    expect(() => exportTo(join(file, 'below', 'key.pem'))).toThrow('is not a directory');
    expect(readdirSync(directory)).toEqual(['file']);
  });
});

describe.runIf(hasModes)('a directory that others can', () => {
  test.each([0o750, 0o755, 0o701, 0o770, 0o1777])('enter (%o) is no place for a private key', (mode) => {
    const directory = makeDirectory(mode);
    const path = JSON.stringify(directory);
    expect(() => exportTo(join(directory, 'key.pem'))).toThrow(
      `${path} is open to others: name a directory that is not there yet, which is made 0700, or chmod 0700 ${path}`,
    );
    expect(readdirSync(directory)).toEqual([]);
  });

  test.each([0o770, 0o775, 0o702])('write (%o) is none for a public key', (mode) => {
    const directory = makeDirectory(mode);
    expect(() => exportTo(join(directory, 'key.pem'), false)).toThrow('can be written by others');
    expect(readdirSync(directory)).toEqual([]);
  });

  test.each([0o700, 0o755, 0o1777])('only read, or write but not exchange files of others in (%o), is', (mode) => {
    const path = join(makeDirectory(mode), 'key.pem');
    exportTo(path, false);
    expect(modeOf(path)).toBe('600');
  });

  test('open after the file was planned, or own, is none for a private key', () => {
    const directory = makeDirectory(0o700);
    const planned = planKeyFile(join(directory, 'key.pem'), true);
    chmodSync(directory, 0o755);
    expect(() => writeKeyFile(planned, 'a key\n', true)).toThrow('is open to others');
    expect(readdirSync(directory)).toEqual([]);
  });

  test.runIf(isRoot)('give away is none for a private key, even to root', () => {
    const directory = makeDirectory(0o700);
    chownSync(directory, 65_534, 65_534);
    expect(() => exportTo(join(directory, 'key.pem'))).toThrow('belongs to another user');
    expect(readdirSync(directory)).toEqual([]);
  });
});

test('where a system has no owners, no mode is looked at', () => {
  const { getuid } = process;
  delete process.getuid;
  onTestFinished(() => {
    if (getuid !== undefined) process.getuid = getuid;
  });
  const path = join(makeDirectory(0o777), 'key.pem');
  exportTo(path);
  expect(readFileSync(path, 'utf8')).toBe('a key\n');
});
