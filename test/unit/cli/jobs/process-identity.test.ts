import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { hasEnded, identifyProcess } from '../../../../daemon/cli/jobs/process-identity.ts';

const canUnshare =
  process.platform === 'linux' && spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;

/** A process that waits until it is told to go. */
async function startOther() {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); process.stdout.write("ready")']);
  await once(child.stdout, 'data');
  const end = async () => {
    child.stdin.end();
    await once(child, 'exit');
  };
  return { pid: child.pid ?? 0, end };
}

test('a process has ended when it has, and not before', async () => {
  const { pid, end } = await startOther();
  const identity = identifyProcess(pid);
  expect(hasEnded(identity)).toBe(false);
  await end();
  expect(hasEnded(identity)).toBe(true);
});

test.runIf(process.platform === 'linux')('another process of its number is not it', () => {
  const identity = identifyProcess(process.pid);
  expect(identity.startTicks).toMatch(/^\d+$/);
  expect(hasEnded(identity)).toBe(false);
  expect(hasEnded({ ...identity, startTicks: '1' })).toBe(true);
});

test('where the system tells of numbers alone, they are the word', () => {
  const identity = { ...identifyProcess(process.pid), startTicks: null };
  expect(hasEnded(identity)).toBe(false);
  expect(hasEnded({ ...identity, pid: 2 ** 22 + 1 })).toBe(true);
});

test.runIf(canUnshare)('nobody knows whether a process of another namespace has ended', () => {
  const { stdout } = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'readlink', '/proc/self/ns/pid']);
  const namespace = stdout.toString().trim();
  expect(namespace).toMatch(/^pid:\[\d+\]$/);
  expect(hasEnded({ ...identifyProcess(2 ** 22 + 1), namespace })).toBe(false);
});
