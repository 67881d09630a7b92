import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeCaBundles } from '../../../../daemon/cli/jobs/ca-bundle.ts';
import { makeTemporaryDirectory } from '../../../support/temporary-directory.ts';

const NAMES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'AWS_CA_BUNDLE', 'CURL_CA_BUNDLE'];

function makeHome(): string {
  const home = makeTemporaryDirectory();
  writeFileSync(join(home, 'ca.pem'), 'OWN AUTHORITY\n', { mode: 0o600 });
  return home;
}

test('every runtime of a job trusts the daemon’s authority, besides those that the system trusts', () => {
  const variables = writeCaBundles(makeTemporaryDirectory(), makeHome(), {});
  expect(Object.keys(variables).sort()).toEqual([...NAMES].sort());
  for (const name of NAMES) {
    const text = readFileSync(variables[name] ?? '', 'utf8');
    expect(text).toContain('OWN AUTHORITY');
    expect(text.includes('BEGIN CERTIFICATE'), name).toBe(name !== 'NODE_EXTRA_CA_CERTS');
  }
});

test('what the caller trusts by such a variable it goes on to trust', () => {
  const theirs = join(makeTemporaryDirectory(), 'theirs.pem');
  writeFileSync(theirs, 'THEIR AUTHORITY');
  const env = { CURL_CA_BUNDLE: theirs, NODE_EXTRA_CA_CERTS: theirs };
  const variables = writeCaBundles(makeTemporaryDirectory(), makeHome(), env);
  for (const name of Object.keys(env)) {
    expect(readFileSync(variables[name] ?? '', 'utf8')).toBe('THEIR AUTHORITY\nOWN AUTHORITY\n');
  }
  expect(readFileSync(variables.AWS_CA_BUNDLE ?? '', 'utf8')).not.toContain('THEIR AUTHORITY');
});

test('such a variable may name a directory of certificates, as REQUESTS_CA_BUNDLE does', () => {
  const theirs = makeTemporaryDirectory();
  writeFileSync(join(theirs, '5ed36f99.0'), 'FIRST AUTHORITY');
  writeFileSync(join(theirs, 'b1159c4c.0'), 'SECOND AUTHORITY\n');
  mkdirSync(join(theirs, 'private'));
  symlinkSync('removed.pem', join(theirs, 'cd8c0d63.0'));
  const { REQUESTS_CA_BUNDLE } = writeCaBundles(makeTemporaryDirectory(), makeHome(), { REQUESTS_CA_BUNDLE: theirs });
  expect(readFileSync(REQUESTS_CA_BUNDLE ?? '', 'utf8')).toBe('FIRST AUTHORITY\nSECOND AUTHORITY\nOWN AUTHORITY\n');
});

test('a daemon without an authority of its own changes nothing', () => {
  expect(writeCaBundles(makeTemporaryDirectory(), makeTemporaryDirectory(), {})).toEqual({});
});

test.runIf(process.platform !== 'win32')('what was put in the place of the daemon’s authority is not trusted', () => {
  const [home, theirs] = [makeTemporaryDirectory(), join(makeTemporaryDirectory(), 'theirs.pem')];
  writeFileSync(theirs, 'THEIR AUTHORITY', { mode: 0o600 });
  symlinkSync(theirs, join(home, 'ca.pem'));
  const directory = makeTemporaryDirectory();
  expect(() => writeCaBundles(directory, home, {})).toThrow(expect.objectContaining({ code: 'state_insecure' }));
});
