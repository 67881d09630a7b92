import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../support/program.ts';
import { waitFor } from '../../support/wait.ts';

/** A network in which there is nothing but this machine's loopback, for as long as it is open. */
export interface CutOffNetwork {
  /** Stands in front of a command line that is to run in it. */
  prefix: string[];
  /** A program that runs `file` in it. */
  wrap(file: string): string;
  close(): Promise<void>;
}

const TOOLS = ['/usr/bin/unshare', '/usr/bin/nsenter', '/usr/bin/strace'];

/** Why there can be no such network on this machine; null where there can. */
export function findNetworkObstacle(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'takes root on Linux';
  const missing = TOOLS.filter((tool) => !existsSync(tool));
  if (missing.length > 0) return `takes ${missing.join(', ')}`;
  return spawnSync('/usr/bin/unshare', ['--net', 'true']).status === 0
    ? null
    : 'takes the right to unshare the network';
}

export async function openCutOffNetwork(folder: string): Promise<CutOffNetwork> {
  // The holder of the network lives until its input ends.
  const holder = run('/usr/bin/unshare', ['--net', 'sh', '-c', 'ip link set lo up && echo ready && cat'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  await waitFor('the network', () => holder.stdout().includes('ready'));
  const prefix = ['/usr/bin/nsenter', `--net=/proc/${holder.pid}/ns/net`];
  return {
    prefix,
    wrap: (file) => {
      const wrapper = join(folder, 'cut-off.sh');
      writeFileSync(wrapper, `#!/bin/sh\nexec ${prefix.join(' ')} ${file} "$@"\n`);
      chmodSync(wrapper, 0o700);
      return wrapper;
    },
    close: async () => {
      holder.child.stdin?.end();
      await holder.done;
    },
  };
}

/**
 * Puts a witness in front of a command line: every address that it, or what it starts, turns to is written to `file`.
 */
export const witness = (file: string): string[] => [
  '/usr/bin/strace',
  ...['-f', '-qq', '-s', '0', '--seccomp-bpf', '-e', 'trace=connect,sendto,sendmsg', '-e', 'signal=none', '-o', file],
];

const ADDRESS = /sa_family=AF_INET6?,.*?(?:inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)")/;

/** The addresses in a witness's report that are not this machine's own loopback, each with the call. */
export function listForeignAddresses(report: string): string[] {
  return report.split('\n').filter((line) => {
    const found = ADDRESS.exec(line);
    const address = found?.[1] ?? found?.[2];
    return address !== undefined && !/^127\.|^::1$|^::ffff:127\./.test(address);
  });
}
