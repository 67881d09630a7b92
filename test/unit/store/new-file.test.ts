import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { publishNewFile } from '../../../daemon/store/new-file.ts';
import { makeHome } from './fixtures.ts';

let directory = '';
let path = '';
beforeEach(() => {
  directory = makeHome();
  mkdirSync(directory);
  path = join(directory, 'new');
});

const publish = (meanwhile: (temporary: string) => void = () => {}): void =>
  publishNewFile(path, (temporary) => {
    writeFileSync(temporary, 'ours');
    meanwhile(temporary);
  });

describe('a new file', () => {
  it('has its name once it is whole, and no other one', () => {
    publish(() => expect(readdirSync(directory)).toEqual([expect.stringMatching(/^\.new\.[0-9a-f]{12}\.tmp$/)]));
    expect(readdirSync(directory)).toEqual(['new']);
    expect(readFileSync(path, 'utf8')).toBe('ours');
  });

  it.each(['text', ''])('replaces none, not even one that came while it was written and holds “%s”', (content) => {
    expect(() => publish(() => writeFileSync(path, content))).toThrow(`${JSON.stringify(path)} exists`);
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(readdirSync(directory)).toEqual(['new']);
  });

  it('follows and replaces no link that came while it was written', () => {
    expect(() => publish(() => symlinkSync('elsewhere', path))).toThrow('exists: name a new file');
    expect(readdirSync(directory)).toEqual(['new']);
  });

  it('says of an empty one that is there how to go on', () => {
    writeFileSync(path, '');
    expect(() => publish()).toThrow(/ exists and is empty, .*: remove it, or name a new file$/);
  });

  it('is of the second of two commands that write it at once: the first says so', () => {
    expect(() => publish(() => publish())).toThrow(`${JSON.stringify(path)} is being written by another command too`);
    expect(readdirSync(directory)).toEqual(['new']);
  });

  it('needs a directory that is there', () => {
    path = join(directory, 'no', 'new');
    expect(() => publish()).toThrow(`${JSON.stringify(join(directory, 'no'))} is not a directory`);
  });

  it('is none when its content cannot be written, and the error stays as it is', () => {
    const fault = new Error('no content');
    const fail = (): never => {
      throw fault;
    };
    expect(() => publish(fail)).toThrow(fault);
    expect(readdirSync(directory)).toEqual([]);
  });
});
