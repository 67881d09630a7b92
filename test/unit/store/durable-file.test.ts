import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { publishDurably, writeFileDurably } from '../../../daemon/store/durable-file.ts';
import { recordDisk } from './disk-calls.ts';
import { atEnd, makeHome } from './fixtures.ts';

it('writes a file for its owner only, whatever the umask', () => {
  const before = process.umask(0);
  atEnd(() => void process.umask(before));
  const file = makeHome();
  writeFileDurably(file, 'one');
  writeFileDurably(file, Buffer.from('two'));
  expect(readFileSync(file, 'utf8')).toBe('two');
  if (process.platform !== 'win32') expect(lstatSync(file).mode & 0o777).toBe(0o600);
});

it('leaves the old content and nothing else when writing fails', () => {
  const file = makeHome();
  writeFileSync(file, 'old');
  const fill = () => {
    throw new Error('full');
  };
  expect(() => publishDurably(file, fill)).toThrow('full');
  expect(readFileSync(file, 'utf8')).toBe('old');
  expect(readdirSync(dirname(file))).toHaveLength(1);
});

it('does not follow a name that is a directory', () => {
  const home = makeHome();
  mkdirSync(join(home, 'file'), { recursive: true });
  expect(() => writeFileDurably(join(home, 'file'), 'x')).toThrow();
  expect(readdirSync(home)).toEqual(['file']);
});

it('gives a file its name when its content is on the disk, and is done when the name is there too', () => {
  const home = makeHome();
  mkdirSync(home);
  const calls = recordDisk();
  writeFileDurably(join(home, 'file'), 'x');
  const temporary = expect.stringMatching(/^\.file\.[0-9a-f]{12}\.tmp$/);
  const named = process.platform === 'win32' ? [] : [{ name: 'sync', from: 'home' }];
  expect(calls).toEqual([{ name: 'sync', from: temporary }, { name: 'rename', from: temporary, to: 'file' }, ...named]);
});
