import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openIssuers } from '../issuer/open-issuers.ts';
import { createControllableClock, createSystemClock } from '../live/clock.ts';
import { platformProfiles } from '../platforms/profiles.ts';
import type { OperationInput } from '../protocol/operations.ts';
import { openMemoryStore, openStore } from '../store/open-store.ts';
import { openStateDirectory, STATE_FILES } from '../store/state-directory.ts';
import { acquireStateLock } from '../store/state-lock.ts';
import type { Store } from '../store/store.ts';
import type { DaemonClock } from './control-api/clock-operations.ts';
import { rememberBaseUrl, removeDaemonFile, writeDaemonFile } from './daemon-file.ts';
import { createDaemonServices } from './daemon-services.ts';
import { listServedHosts, parsePublicUrl } from './guards/served-hosts.ts';
import { createFailureReport } from './http/failures.ts';
import { createIdleExit, type IdleExit } from './idle-exit.ts';
import { createConnections } from './listen/connections.ts';
import { openEndpoints } from './listen/endpoints.ts';
import { createGate } from './listen/gate.ts';
import { createLog, describeCause } from './log/log.ts';
import { openLogFile } from './log/log-file.ts';
import { createRefusalLog, isRefusalLine } from './log/refusal-log.ts';

const MAX_CONNECTIONS = 512;
/** How long requests under way may take when the daemon stops, ms. */
const GRACE_MS = 5_000;

export interface DaemonOptions {
  readonly home: string;
  /** 0 finds a free one. */
  readonly port: number;
  readonly version: string;
  /** What `iss` begins with instead of `http://localhost:<port>`. */
  readonly publicUrl?: string | undefined;
  /** Speaks TLS on `port`, and HTTP on a port of its own for the clients of this machine. */
  readonly https?: boolean | undefined;
  /** Ends the daemon when nobody was there for so long. */
  readonly idleExitSeconds?: number | undefined;
  /** Issuers, keys and tokens live in memory alone. */
  readonly ephemeral: boolean;
  readonly clockControl: boolean;
  /** The keys that the issuer `superplane` signs and is verified with, by file name: the last one signs. */
  readonly superplaneKeys?: OperationInput<'keys.importDirectory'>['files'] | undefined;
  /** Opens a sealed master key, and seals one that is not. Wiped. */
  readonly passphrase?: Buffer | undefined;
  /** Issuers elsewhere whose tokens are judged although the caller names none. */
  readonly trustedIssuers: readonly string[];
  /** Origins that may call from a browser. */
  readonly allowedOrigins: readonly string[];
}

export interface RunningDaemon {
  readonly baseUrl: string;
  readonly home: string;
  /** Ends it cleanly: nothing new, what is under way within 5 s, then the state is closed. May be called again. */
  stop(): Promise<void>;
  /** Settles when it has ended, whoever ended it. */
  readonly ended: Promise<void>;
}

/**
 * Starts the daemon. The lock comes first, so that two never meet in one state directory; then the port, since `iss`
 * depends on it and a busy one must leave the state untouched; `daemon.json` last, so that whoever finds it finds a
 * daemon that answers. A crash at any step leaves nothing that the next start trips over.
 *
 * @throws MintmarkError `state_insecure`, `state_locked`, `port_busy`, `config_invalid`, and what the store throws.
 */
export async function startDaemon(options: DaemonOptions): Promise<RunningDaemon> {
  /** What a failed start gives back, the last first. */
  const undo: (() => unknown)[] = [];
  try {
    return await start(options, (step) => undo.push(step));
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  } finally {
    options.passphrase?.fill(0);
  }
}

async function start(options: DaemonOptions, onFailure: (step: () => unknown) => void): Promise<RunningDaemon> {
  const publicUrl = options.publicUrl === undefined ? null : parsePublicUrl(options.publicUrl);
  const home = openStateDirectory(options.home);
  const lock = acquireStateLock(home);
  onFailure(lock.release);
  const logFile = openLogFile(join(home, STATE_FILES.log), { isExpendable: isRefusalLine });
  onFailure(logFile.close);
  const log = createLog(logFile.write, Date.now);
  const refusals = createRefusalLog(log);
  onFailure(refusals.close);
  const report = createFailureReport(log, refusals);
  const connections = createConnections(MAX_CONNECTIONS);
  let idle: IdleExit | null = null;
  const gate = createGate({ connections, report });
  const { port, https = false } = options;
  const endpoints = await openEndpoints({ port, https, home, nowMs: Date.now(), hooks: gate.hooks });
  onFailure(() => endpoints.close(0));

  const baseUrl = publicUrl ?? endpoints.url;
  const clock = openClock(options.clockControl);
  const store = await openStoreOf(options, home, clock.clock.now());
  onFailure(() => store.close());
  const issuers = await openIssuers({
    store,
    clock: clock.clock,
    baseUrl,
    profiles: platformProfiles,
    random: randomBytes,
    report: (cause) => log('error', 'background work failed', describeCause(cause)),
  });
  onFailure(issuers.close);
  if (options.superplaneKeys !== undefined) {
    const { importKeyDirectory } = await import('../issuer/import-key-directory.ts');
    await importKeyDirectory(issuers.context, { slug: 'superplane', files: options.superplaneKeys });
  }

  const startedAt = new Date().toISOString();
  const controlToken = randomBytes(32).toString('base64url');
  const identity = { version: options.version, instance: store.instance, baseUrl, controlToken };
  const services = createDaemonServices({
    identity,
    home,
    startedAt,
    ephemeral: options.ephemeral,
    idleExitSeconds: options.idleExitSeconds,
    issuers: issuers.context,
    localUrl: endpoints.url,
    plainUrl: `http://localhost:${endpoints.localPort}`,
    random: randomBytes,
    clock,
    rules: { hosts: listServedHosts(baseUrl, endpoints.ports), origins: new Set(options.allowedOrigins) },
    trustedIssuers: new Set(options.trustedIssuers),
    connections,
    report,
    monotonicMs,
    onActivity: () => idle?.touch(),
    // Not in the turn in which the answer to who asked for it is written.
    requestStop: () => void setImmediate(() => void ending.stop()),
  });
  const ending = createEnding(async () => {
    log('info', 'daemon stops');
    idle?.cancel();
    services.close();
    connections.drain();
    await endpoints.close(GRACE_MS);
    issuers.close();
    store.close();
    removeDaemonFile(home, controlToken);
    lock.release();
    refusals.close();
    logFile.close();
  });
  gate.open(services);
  if (options.idleExitSeconds !== undefined) {
    idle = createIdleExit({
      seconds: options.idleExitSeconds,
      isBusy: () => services.liveClients() + services.liveRuns() > 0,
      onIdle: () => void ending.stop(),
      monotonicMs,
    });
  }
  // Who waits for a document has it before the two fsyncs of `daemon.json`, of which only the ready line speaks.
  await new Promise((resolve) => setImmediate(resolve));
  // Clients on this machine go neither through the public URL nor through TLS.
  const local = publicUrl === null && !https ? {} : { localPort: endpoints.localPort };
  rememberBaseUrl(home, baseUrl);
  writeDaemonFile(home, { ...identity, ...local, pid: process.pid, startedAt });
  log('info', 'daemon started', { pid: process.pid, baseUrl, version: options.version });
  services.resumeRuns().catch((cause: unknown) => log('error', 'runs cannot be taken up', describeCause(cause)));
  return { baseUrl, home, ...ending };
}

/** The global `performance` would load a dozen modules for this one number. */
const monotonicMs = (): number => process.uptime() * 1000;

function openClock(isControllable: boolean): DaemonClock {
  const control = isControllable ? createControllableClock() : null;
  return { control, clock: control ?? createSystemClock() };
}

async function openStoreOf({ ephemeral, passphrase }: DaemonOptions, directory: string, nowMs: number): Promise<Store> {
  if (ephemeral) return openMemoryStore(nowMs);
  return openStore({ directory, nowMs, ...(passphrase === undefined ? {} : { passphrase }) });
}

/** However often and by whomever it is asked for, the daemon ends once. */
function createEnding(end: () => Promise<void>): Pick<RunningDaemon, 'stop' | 'ended'> {
  let settle: (result: Promise<void>) => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let stopping: Promise<void> | undefined;
  return {
    ended,
    stop() {
      if (stopping === undefined) {
        stopping = end();
        settle(stopping);
      }
      return stopping;
    },
  };
}
