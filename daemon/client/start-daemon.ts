import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { join, parse } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isProblemCode, MintmarkError } from '../problem.ts';
import type { DaemonFile } from './daemon-file.ts';
import { findDaemon, type ProvenDaemon } from './prove-daemon.ts';

export interface StartOptions {
  readonly home: string;
  /** Path of `dist/mintmark.js`. */
  readonly bundle: string;
  /** Flags of `serve`; paths in them absolute. */
  readonly flags: readonly string[];
  /** Opens a sealed master key; goes through a pipe, never through arguments or the environment. */
  readonly passphrase?: Buffer;
}

/** What `serve` reports to whoever started it, over Node's IPC channel: one message. */
export type ServeReport =
  | { readonly ready: true; readonly baseUrl: string; readonly home: string; readonly ephemeral: boolean }
  | { readonly ready: false; readonly code: string; readonly message: string };

/** So long we wait for a daemon to be ready, and for the state directory of one that hangs. */
const PATIENCE_MS = 30_000;
const POLL_MS = 50;
/** So long we first wait for whoever has the state directory before we try to take its place again; then twice that. */
const LOCK_WAIT_MS = 2_000;

/**
 * Joins the daemon of a state directory, or starts one in the background with the runtime that runs us (the editor's,
 * inside VS Code). Any number of callers at once end up with the same daemon: the state directory's lock lets one of
 * their children live, and the others wait for it.
 *
 * @throws MintmarkError with the daemon's own reason when it cannot start; `daemon_unreachable` when it is not ready
 *   within 30 s; `state_locked` when another one has the state directory for as long and does not answer.
 */
export async function startDaemon(
  options: StartOptions,
): Promise<{ daemon: ProvenDaemon<DaemonFile>; joined: boolean }> {
  const running = await findIfRuns(options.home);
  if (running !== null) return { daemon: running, joined: true };
  const deadline = performance.now() + PATIENCE_MS;
  for (let wait = LOCK_WAIT_MS; ; wait *= 2) {
    const report = await spawnDaemon(options);
    if (report.ready) return { daemon: await findDaemon(options.home), joined: false };
    const problem = new MintmarkError(isProblemCode(report.code) ? report.code : 'internal', report.message);
    if (problem.code !== 'state_locked') throw problem;
    const other = await waitForOther(options.home, wait);
    if (other !== null) return { daemon: other, joined: true };
    if (performance.now() > deadline) throw problem;
  }
}

/** The proven daemon; null when none answers, or when something else sits at the address of a stale `daemon.json`. */
async function findIfRuns(home: string): Promise<ProvenDaemon<DaemonFile> | null> {
  try {
    return await findDaemon(home);
  } catch (error) {
    const code = error instanceof MintmarkError ? error.code : null;
    if (code === 'daemon_unreachable' || code === 'daemon_unproven') return null;
    throw error;
  }
}

/** The state is locked: by a daemon that will be ready in a moment, or by one that is just ending (then null). */
async function waitForOther(home: string, waitMs: number): Promise<ProvenDaemon<DaemonFile> | null> {
  const deadline = performance.now() + waitMs;
  do {
    await sleep(POLL_MS);
    const daemon = await findIfRuns(home);
    if (daemon !== null) return daemon;
  } while (performance.now() < deadline);
  return null;
}

async function spawnDaemon(options: StartOptions): Promise<ServeReport> {
  const flags = [...options.flags, ...(options.passphrase === undefined ? [] : ['--passphrase-stdin'])];
  const log = openLog(options.home);
  const child = spawn(
    process.execPath,
    [...runtimeFlags(), options.bundle, 'serve', '--json', '--home', options.home, ...flags],
    {
      detached: true,
      windowsHide: true,
      // Not the caller's folder, which it may want to remove or unmount.
      cwd: parse(options.home).root,
      env: daemonEnvironment(process.env),
      // The log takes what goes wrong in JSON, and what a crash prints; being ready is told by the channel.
      stdio: [options.passphrase === undefined ? 'ignore' : 'pipe', 'ignore', log, 'ipc'],
    },
  );
  if (typeof log === 'number') closeSync(log);
  // A daemon that refuses at once may close its end first: its report says why.
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.passphrase);
  try {
    return await waitForReport(child);
  } finally {
    if (child.connected) child.disconnect();
    child.unref();
  }
}

function waitForReport(child: ChildProcess): Promise<ServeReport> {
  return new Promise((resolve) => {
    const end = (report: ServeReport) => {
      clearTimeout(patience);
      resolve(report);
    };
    const fail = (message: string) => end({ ready: false, code: 'internal', message });
    const patience = setTimeout(() => {
      // Left alone it would be there after all once nobody expects it any more; one that hangs heeds no other signal.
      child.kill('SIGKILL');
      end({ ready: false, code: 'daemon_unreachable', message: 'the daemon is not ready after 30 s; see daemon.log' });
    }, PATIENCE_MS);
    child.once('message', (report) => end(report as ServeReport));
    child.once('error', (error) => fail(`the daemon cannot be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      const tell = () => fail(`the daemon ended (${signal ?? code}) before it was ready; see daemon.log`);
      // Its last words may still be in the channel.
      if (child.connected) child.once('disconnect', tell);
      else tell();
    });
  });
}

/** What a crash prints belongs in the daemon's log; in a directory that is not there yet or not private, nowhere. */
function openLog(home: string): number | 'ignore' {
  try {
    const stat = lstatSync(home);
    const isOurs = process.getuid === undefined || (stat.uid === process.getuid() && (stat.mode & 0o077) === 0);
    if (!stat.isDirectory() || !isOurs) return 'ignore';
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
    return openSync(join(home, 'daemon.log'), flags, 0o600);
  } catch {
    return 'ignore';
  }
}

/** SIGUSR1 must not open an inspector port; a small young generation halves the memory at the same throughput. */
function runtimeFlags(): string[] {
  const known = process.allowedNodeEnvironmentFlags;
  return [
    ...(known.has('--disable-sigusr1') ? ['--disable-sigusr1'] : []),
    ...(known.has('--max-semi-space-size') ? ['--max-semi-space-size=4'] : []),
  ];
}

const KEPT_VARIABLES =
  /^(?:PATH|HOME|USER|LOGNAME|TZ|LANG|LC_\w+|TMPDIR|TEMP|TMP|XDG_\w+|MINTMARK_HOME|SSL_CERT_(?:FILE|DIR)|NODE_EXTRA_CA_CERTS|SystemRoot|windir|SystemDrive|APPDATA|LOCALAPPDATA|USERPROFILE|PATHEXT|ComSpec)$/i;

/** The daemon outlives its starter: it keeps nothing of a job's or an editor's environment, tokens least of all. */
function daemonEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => KEPT_VARIABLES.test(name));
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}
