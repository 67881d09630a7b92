import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { identifyProcess, type ProcessIdentity } from '../../../../daemon/cli/jobs/process-identity.ts';
import {
  makeRunDirectory,
  removeRunDirectory,
  sweepRunDirectories,
} from '../../../../daemon/cli/jobs/run-directory.ts';
import { makeTemporaryDirectory } from '../../../support/temporary-directory.ts';

const NOW = 1_800_000_000_000;
/** No process has an id beyond the largest (pid_max, proc_sys_kernel(5)). */
const NO_PID = 2 ** 22 + 1;
const RUN_DIRECTORY = new URL('../../../../daemon/cli/jobs/run-directory.ts', import.meta.url).href;

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

test.runIf(process.platform !== 'win32')(
  'a link that the job put in its place goes, and what it leads to stays',
  () => {
    const [directory, target] = [makeRunDirectory({}, { pid: process.pid }), makeTemporaryDirectory()];
    writeFileSync(join(target, 'kept'), '');
    rmSync(directory, { recursive: true });
    symlinkSync(target, directory);
    removeRunDirectory(directory);
    expect(lstatSync(directory, { throwIfNoEntry: false })).toBeUndefined();
    expect(existsSync(join(target, 'kept'))).toBe(true);
  },
);

test.runIf(process.platform !== 'win32')('what a link that cannot be removed leads to stays as it is', () => {
  withoutPrivileges(() => {
    const [place, target] = [makeTemporaryDirectory(), makeTemporaryDirectory()];
    const link = join(place, 'mintmark-run-link');
    symlinkSync(target, link);
    chmodSync(target, 0o755);
    chmodSync(place, 0o500);
    removeRunDirectory(link);
    expect(statSync(target).mode & 0o777).toBe(0o755);
    chmodSync(place, 0o700);
  });
});

test.runIf(process.getuid?.() === 0)('another user’s directory in its place stays', () => {
  const directory = makeRunDirectory({}, { pid: process.pid });
  onTestFinished(() => rmSync(directory, { recursive: true }));
  chownSync(directory, 65_534, 65_534);
  removeRunDirectory(directory);
  expect(existsSync(directory)).toBe(true);
});

test('a place that went away with the job, or cannot be listed, keeps nobody from ending', () => {
  const place = makeTemporaryDirectory();
  const env = { XDG_RUNTIME_DIR: undefined };
  useTmpdir(join(place, 'gone'));
  expect(() => sweepRunDirectories(env, NOW)).not.toThrow();
});

/** Where temporary files lie for the length of a test. */
function useTmpdir(path: string): void {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = path;
  onTestFinished(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
}

test('a place that is not there is a mistake of whoever set it, and is named', () => {
  useTmpdir(join(makeTemporaryDirectory(), 'gone'));
  const making = expect(() => makeRunDirectory({}, { pid: process.pid }));
  making.toThrow(expect.objectContaining({ code: 'usage', message: expect.stringMatching(/gone" \(ENOENT\): set /) }));
});

test('a place that is given relative to where one stands gives an absolute directory', () => {
  useTmpdir(relative(process.cwd(), makeTemporaryDirectory()));
  const directory = makeRunDirectory({}, { pid: process.pid });
  expect(isAbsolute(directory)).toBe(true);
  removeRunDirectory(directory);
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

test.runIf(process.platform !== 'win32')('what a job put into the place of an owner’s file holds nobody up', () => {
  const place = makeTemporaryDirectory();
  const make = (name: string): string => {
    const directory = join(place, `mintmark-run-${name}`);
    mkdirSync(directory, { mode: 0o700 });
    return join(directory, 'owner.json');
  };
  execFileSync('mkfifo', ['-m', '600', make('pipe')]);
  writeFileSync(make('long'), `{"until":0}${' '.repeat(70_000)}`, { mode: 0o600 });
  const target = join(makeTemporaryDirectory(), 'owner.json');
  writeFileSync(target, '{"until":0}', { mode: 0o600 });
  symlinkSync(target, make('link'));
  makeRunDirectory({ XDG_RUNTIME_DIR: place }, { until: NOW - 1 });
  // What waits for the other end of a pipe ends with its process only.
  const script = `import { sweepRunDirectories } from ${JSON.stringify(RUN_DIRECTORY)}; sweepRunDirectories(process.env, ${NOW});`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { XDG_RUNTIME_DIR: place },
    timeout: 20_000,
  });
  expect(status).toBe(0);
  expect(readdirSync(place).sort()).toEqual(['mintmark-run-link', 'mintmark-run-long', 'mintmark-run-pipe']);
});

test.runIf(process.platform === 'linux')(
  'a number of another namespace, or given again, is no word about a process',
  () => {
    const env = { XDG_RUNTIME_DIR: makeTemporaryDirectory() };
    const make = (pid: number, change: Partial<ProcessIdentity>) => {
      const directory = makeRunDirectory(env, { pid });
      writeFileSync(join(directory, 'owner.json'), JSON.stringify({ ...identifyProcess(pid), ...change }));
      return directory;
    };
    const elsewhere = make(NO_PID, { namespace: 'pid:[1]' });
    const elsewhereToo = make(process.pid, { namespace: 'pid:[1]', startTicks: '1' });
    const here = make(process.pid, {});
    const before = make(process.pid, { startTicks: '1' });
    sweepRunDirectories(env, NOW);
    expect([elsewhere, elsewhereToo, here, before].map((path) => existsSync(path))).toEqual([true, true, true, false]);
  },
);
