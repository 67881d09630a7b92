import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeRunFiles } from '../../../../daemon/cli/jobs/run-files.ts';
import { makeTemporaryDirectory } from '../../../support/temporary-directory.ts';

const file = (content: string, mode = 0o600, path = 'tokens/id') => ({ path, mode, content, refreshSeconds: 60 });

test.each([0o600, 0o644, 0o400])('a file has its content, no line end, and exactly the mode %o', (mode) => {
  const directory = makeTemporaryDirectory();
  writeRunFiles(directory, [file('token', mode)]);
  const path = join(directory, 'tokens/id');
  expect(readFileSync(path, 'utf8')).toBe('token');
  expect(statSync(path).mode & 0o777).toBe(mode);
});

test.each(['../escaped', '..', '', 'a/../../escaped'])('a file lies nowhere but in its run: %j', (path) => {
  const directory = join(makeTemporaryDirectory(), 'run');
  expect(() => writeRunFiles(directory, [file('x', 0o600, path)])).toThrow();
  expect(existsSync(join(directory, '../escaped'))).toBe(false);
});
