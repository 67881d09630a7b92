import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  makeRunDirectory,
  removeRunDirectory,
  sweepRunDirectories,
} from '../../../../daemon/cli/jobs/run-directory.ts';
import { makeTemporaryDirectory } from '../temporary-directory.ts';

const NOW = 1_800_000_000_000;
/** No process has an id beyond the largest (pid_max, proc_sys_kernel(5)). */
const NO_PID = 2 ** 22 + 1;

/** Permissions mean nothing to root, as whom tests may run. */
function withoutPrivileges(work: () => void): void {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

test('nobody else can look into the directory of a run', () => {
  const env = { XDG_RUNTIME_DIR: makeTemporaryDirectory() };
  const directory = makeRunDirectory(env, { pid: process.pid });
  expect(dirname(directory)).toBe(env.XDG_RUNTIME_DIR);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  removeRunDirectory(directory);
  expect(existsSync(directory)).toBe(false);
});

test.runIf(process.platform !== 'win32')('what a job left in it and nobody may write goes with it', () => {
  withoutPrivileges(() => {
    const directory = makeRunDirectory({}, { pid: process.pid });
    const cache = join(directory, 'cache/module');
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, 'go.mod'), '');
    for (const path of [cache, dirname(cache)]) chmodSync(path, 0o500);
    removeRunDirectory(directory);
    expect(existsSync(directory)).toBe(false);
  });
});

test('a place that went away with the job, or cannot be listed, keeps nobody from ending', () => {
  const place = makeTemporaryDirectory();
  const env = { XDG_RUNTIME_DIR: undefined };
  const { TMPDIR } = process.env;
  process.env.TMPDIR = join(place, 'gone');
  onTestFinished(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
  expect(() => sweepRunDirectories(env, NOW)).not.toThrow();
});

test.each([undefined, '', 'relative', '/nowhere/at/all'])('a runtime directory of %j is none', (place) => {
  const directory = makeRunDirectory({ XDG_RUNTIME_DIR: place }, { pid: process.pid });
  expect(existsSync(directory)).toBe(true);
  removeRunDirectory(directory);
});

test('what killed processes and runs that are over left behind is swept away, and nothing else', () => {
  const env = { XDG_RUNTIME_DIR: makeTemporaryDirectory() };
  const alive = makeRunDirectory(env, { pid: process.pid });
  const dead = makeRunDirectory(env, { pid: NO_PID });
  const over = makeRunDirectory(env, { until: NOW - 1 });
  const going = makeRunDirectory(env, { until: NOW + 1 });
  const fresh = join(env.XDG_RUNTIME_DIR, 'mintmark-run-fresh');
  const others = join(env.XDG_RUNTIME_DIR, 'others');
  for (const directory of [fresh, others]) mkdirSync(directory);
  sweepRunDirectories(env, NOW);
  expect([alive, dead, over, going, fresh, others].map((path) => existsSync(path))).toEqual([
    true,
    false,
    false,
    true,
    true,
    true,
  ]);
});
