import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  findWorkTree,
  readAudience,
  readIssuer,
  readJobQuery,
  requirePlatform,
} from '../../../../daemon/cli/options/job-options.ts';
import { makeTemporaryDirectory } from '../../../support/temporary-directory.ts';

test('an issuer is named by its platform or by its slug, not by both', () => {
  expect(readIssuer({ as: 'github-actions' })).toBe('github-actions');
  expect(readIssuer({ issuer: 'shop' })).toBe('shop');
  expect(readIssuer({})).toBeNull();
  expect(() => readIssuer({ as: 'gitlab', issuer: 'shop' })).toThrow(expect.objectContaining({ code: 'usage' }));
  expect(() => readIssuer({ as: 'shop' })).toThrow(expect.objectContaining({ code: 'platform_unknown' }));
});

test('a platform that there is none of is told with those that there are, and with no planned one', () => {
  expect(requirePlatform('kubernetes')).toBe('kubernetes');
  const refuse = () => requirePlatform('k8s');
  expect(refuse).toThrow(expect.objectContaining({ code: 'platform_unknown' }));
  expect(refuse).toThrow(/kubernetes, (?!.*chainloop)/);
});

test('a job is asked for as the daemon, which has a directory of its own, can find it', () => {
  const cwd = makeTemporaryDirectory();
  expect(
    readJobQuery(
      { job: 'ci/a#b.yml#deploy', event: 'push', ref: 'refs/tags/v1', set: ['a=b=c'], matrix: ['os=linux'] },
      cwd,
    ),
  ).toEqual({
    job: `${join(cwd, 'ci/a#b.yml')}#deploy`,
    event: 'push',
    ref: 'refs/tags/v1',
    options: { a: 'b=c' },
    matrix: { os: 'linux' },
  });
  expect(readJobQuery({}, cwd)).toEqual({});
});

test.each(['#deploy', ''])('%j names no file', (job) => {
  expect(() => readJobQuery({ job }, '/')).toThrow(expect.objectContaining({ code: 'usage' }));
});

test.each(['ci.yml', 'ci.yml#'])('%s leaves it to the daemon which job is meant', (job) => {
  expect(readJobQuery({ job }, '/')).toEqual({ job: `/${job}` });
});

test('the repository of a job is that of its file, wherever one stands', () => {
  const [here, there, nowhere] = [makeTemporaryDirectory(), makeTemporaryDirectory(), makeTemporaryDirectory()];
  for (const top of [here, there]) mkdirSync(join(top, '.git'));
  mkdirSync(join(here, 'modules/part/.git'), { recursive: true });
  const directoryOf = (job: string) => readJobQuery({ job }, join(here, 'modules')).directory;
  expect(directoryOf('../.gitlab-ci.yml#a')).toBe(here);
  expect(directoryOf('part/ci/.gitlab-ci.yml#a')).toBe(join(here, 'modules/part'));
  expect(directoryOf(join(there, 'ci/.gitlab-ci.yml#a'))).toBe(there);
  expect(directoryOf(join(nowhere, '.gitlab-ci.yml#a'))).toBeUndefined();
});

test('git is looked at from within a work tree, also a linked one', () => {
  const top = makeTemporaryDirectory();
  const below = join(top, 'a/b');
  mkdirSync(below, { recursive: true });
  expect(findWorkTree(below)).toBeNull();
  writeFileSync(join(top, '.git'), 'gitdir: /elsewhere');
  expect(findWorkTree(below)).toBe(top);
  expect(readJobQuery({}, below)).toEqual({ directory: below });
});

test('one audience is a text, several are a list', () => {
  expect(readAudience({})).toBeUndefined();
  expect(readAudience({ aud: ['a'] })).toBe('a');
  expect(readAudience({ aud: ['a', 'b'] })).toEqual(['a', 'b']);
});
