import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findProgram, writeShims } from '../../../../daemon/cli/jobs/write-shims.ts';
import { formatBatchFile } from '../../../../daemon/client/program-script.ts';
import { makeTemporaryDirectory } from '../../../support/temporary-directory.ts';

const shim = (name: string) => ({ name, requestUrl: 'http://localhost:1/x', requestToken: 'ab'.repeat(32) });
const ECHO = [process.execPath, '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--'];

function install(name: string): string {
  const directory = makeTemporaryDirectory();
  writeFileSync(join(directory, name), '#!/bin/sh\n', { mode: 0o755 });
  return directory;
}

test('a stand-in passes its words on as they are, and its secret by a file of its owner’s', () => {
  const directory = join(makeTemporaryDirectory(), "it's here");
  mkdirSync(directory);
  const place = writeShims(directory, [shim('circleci')], ECHO, '') ?? '';
  const words = ['run', '--claims', '{"aud":"a b"}', "it's", '$HOME', '--', '--json'];
  const [command, settings = '', mark, ...rest] = JSON.parse(
    execFileSync(join(place, 'circleci'), words, { encoding: 'utf8' }),
  ) as string[];
  expect([command, mark, ...rest]).toEqual(['shim', '--', ...words]);
  expect(JSON.parse(readFileSync(settings, 'utf8'))).toEqual(shim('circleci'));
  expect(statSync(settings).mode & 0o777).toBe(0o600);
  expect(statSync(join(place, 'circleci')).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(place, 'circleci'), 'utf8')).not.toContain(shim('circleci').requestToken);
});

test('a program that asks the daemon by itself needs no stand-in where it is installed', () => {
  const installed = install('buildkite-agent');
  expect(writeShims(makeTemporaryDirectory(), [shim('buildkite-agent')], ECHO, installed)).toBeNull();
  expect(writeShims(makeTemporaryDirectory(), [shim('buildkite-agent')], ECHO, '/nowhere')).not.toBeNull();
  expect(writeShims(makeTemporaryDirectory(), [shim('circleci')], ECHO, install('circleci'))).not.toBeNull();
  expect(writeShims(makeTemporaryDirectory(), [], ECHO, '')).toBeNull();
});

test('a program is looked for as a shell does, but not among the stand-ins', () => {
  const [first, second] = [install('tool'), install('tool')];
  const path = `/nowhere::${first}:${second}`;
  expect(findProgram('tool', path)).toBe(join(first, 'tool'));
  expect(findProgram('tool', path, first)).toBe(join(second, 'tool'));
  expect(findProgram('other', path)).toBeNull();
});

test('on Windows a stand-in leaves nothing in the shell that calls it', () => {
  const lines = formatBatchFile(['C:\\100% node\\node.exe', 'shim', 'a b.json', '--']).split('\r\n');
  expect(lines).toEqual([
    '@setlocal DisableDelayedExpansion',
    '@set ELECTRON_RUN_AS_NODE=1',
    '@"C:\\100%% node\\node.exe" "shim" "a b.json" "--" %*',
    '',
  ]);
});
