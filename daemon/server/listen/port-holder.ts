import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, resolve } from 'node:path';
import { readDaemonFile } from '../../client/daemon-file.ts';
import { defaultStateDirectory } from '../../client/state-home.ts';

/** `st` of a listening socket in /proc/net/tcp. */
const LISTENING = '0A';
const LOOK_MS = 2_000;

/**
 * Names who listens on a TCP port, as `nginx (pid 123)`; null when the machine does not tell (a process of another
 * user, an unknown system). Only for an error message: it may be slow and it is never certain.
 */
export function findPortHolder(port: number, platform: NodeJS.Platform = process.platform): string | null {
  try {
    if (platform === 'linux') return findOnLinux(port);
    if (platform === 'win32') return findOnWindows(port);
    return findWithLsof(port);
  } catch {
    return null;
  }
}

function findOnLinux(port: number): string | null {
  const inodes = new Set([...readInodes('/proc/net/tcp', port), ...readInodes('/proc/net/tcp6', port)]);
  if (inodes.size === 0) return null;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (holdsSocket(pid, inodes)) return describeProcess(pid);
  }
  return "another user's process";
}

/** Not by its `comm`, which is the name of a thread; of its arguments only what names a program. */
function describeProcess(pid: string): string {
  const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const home = findDaemonHome(pid, argv);
  if (home !== null) return `another Mintmark daemon (pid ${pid}, state in ${home})`;
  const program = basename(readlinkSync(`/proc/${pid}/exe`));
  const script = INTERPRETERS.test(program)
    ? argv.slice(1).find((word) => /^[\w./@+-]+\.\w{1,4}$/.test(word))
    : undefined;
  return `${program}${script === undefined ? '' : ` ${basename(script)}`} (pid ${pid})`;
}

const INTERPRETERS = /^(?:node|bun|deno|python|ruby|perl|php|java|bash|sh)[\d.]*$/;

/** The state directory of a process that is a daemon of ours, of this same user; its own file says so. */
function findDaemonHome(pid: string, argv: readonly string[]): string | null {
  try {
    const env = Object.fromEntries(
      readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    const at = argv.findIndex((word) => word === '--home' || word.startsWith('--home='));
    const named = argv[at]?.startsWith('--home=') ? argv[at].slice('--home='.length) : argv[at + 1];
    const home =
      at < 0
        ? defaultStateDirectory(env, 'linux', () => env.HOME ?? homedir())
        : resolve(readlinkSync(`/proc/${pid}/cwd`), named ?? '');
    return readDaemonFile(home)?.pid === Number(pid) ? home : null;
  } catch {
    return null;
  }
}

/** Columns: sl local_address rem_address st … inode (proc(5)); addresses are hex, `0100007F:1944`. */
function readInodes(path: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[3] === LISTENING && columns[1]?.endsWith(`:${wanted}`))
    .map((columns) => `socket:[${columns[9]}]`);
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    const directory = `/proc/${pid}/fd`;
    return readdirSync(directory).some((name) => inodes.has(readLink(`${directory}/${name}`)));
  } catch {
    return false;
  }
}

/** Descriptors come and go while one looks. */
function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** `-F pc`: one field a line, `p123` then `cnginx`. */
function findWithLsof(port: number): string | null {
  const text = run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-F', 'pc']);
  const pid = /^p(\d+)$/m.exec(text)?.[1];
  return pid === undefined ? null : `${/^c(.+)$/m.exec(text)?.[1] ?? 'a program'} (pid ${pid})`;
}

function findOnWindows(port: number): string | null {
  const text = run('netstat', ['-ano', '-p', 'TCP']);
  const line = text.split(/\r?\n/).find((row) => new RegExp(`:${port}\\s+\\S+\\s+LISTENING\\s`).test(row));
  const pid = line?.trim().split(/\s+/).at(-1);
  if (pid === undefined) return null;
  const [name = 'a program'] = run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']).split(',');
  return `${name.replaceAll('"', '')} (pid ${pid})`;
}

function run(program: string, flags: readonly string[]): string {
  return execFileSync(program, flags, { encoding: 'utf8', timeout: LOOK_MS, stdio: ['ignore', 'pipe', 'ignore'] });
}
