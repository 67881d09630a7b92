import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type OutputRules, planOutputFile, writeOutputFile } from '../../../../daemon/cli/files/output-file.ts';
import { makeTemporaryDirectory } from '../../../support/temporary-directory.ts';

const REPLACING: OutputRules = { closedTo: 0o002, isOwn: false, replaces: true, makesDirectory: false };

const write = (file: string): void => writeOutputFile(planOutputFile(file, REPLACING), 'new\n', REPLACING);

/** A directory with this mode in one that nobody else can enter. */
function makeDirectory(mode: number): string {
  const directory = join(makeTemporaryDirectory(), 'work');
  mkdirSync(directory);
  chmodSync(directory, mode);
  return directory;
}

describe('a file that replaces the one before', () => {
  test('is a new one: whoever has the old one open reads nothing of it', () => {
    const directory = makeDirectory(0o755);
    const path = join(directory, 'job.env');
    writeFileSync(path, 'old\n');
    const before = lstatSync(path).ino;
    write(path);
    expect(readFileSync(path, 'utf8')).toBe('new\n');
    expect(lstatSync(path).ino).not.toBe(before);
    expect(readdirSync(directory)).toEqual(['job.env']);
  });

  test('replaces no link and no directory, even what came after it was planned', () => {
    const directory = makeDirectory(0o755);
    const planned = planOutputFile(join(directory, 'link'), REPLACING);
    symlinkSync('elsewhere', planned);
    mkdirSync(join(directory, 'folder'));
    expect(() => writeOutputFile(planned, 'new\n', REPLACING)).toThrow('is no regular file: name another one');
    expect(() => planOutputFile(join(directory, 'folder'), REPLACING)).toThrow('is no regular file');
    expect(readdirSync(directory).sort()).toEqual(['folder', 'link']);
  });

  test('has no directory made for it', () => {
    const directory = join(makeTemporaryDirectory(), 'gone');
    expect(() => write(join(directory, 'job.env'))).toThrow('is not there: make it first, or name another one');
    expect(lstatSync(directory, { throwIfNoEntry: false })).toBeUndefined();
  });

  test.runIf(process.getuid !== undefined)('is not written where anybody can exchange it', () => {
    expect(() => write(join(makeDirectory(0o777), 'job.env'))).toThrow('can be written by others');
    for (const mode of [0o755, 0o775, 0o1777]) {
      const path = join(makeDirectory(mode), 'job.env');
      write(path);
      expect(lstatSync(path).mode & 0o777).toBe(0o600);
    }
  });
});
