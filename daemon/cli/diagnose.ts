import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { callDaemon } from '../client/call-daemon.ts';
import { MintmarkError } from '../problem.ts';
import { STATE_FILES } from '../store/state-directory.ts';
import { DEFAULT_PORT } from './serve-options.ts';
import type { Session } from './session.ts';

/** One thing that was looked at. A `note` is worth knowing and no fault. */
export interface Diagnosis {
  readonly name: string;
  readonly outcome: 'ok' | 'note' | 'fault';
  readonly detail: string;
  /** What to do about it. */
  readonly mend: string | null;
}

type Finding = Omit<Diagnosis, 'name'>;

const ok = (detail: string): Finding => ({ outcome: 'ok', detail, mend: null });
const note = (detail: string, mend: string | null = null): Finding => ({ outcome: 'note', detail, mend });
const fault = (detail: string, mend: string | null): Finding => ({ outcome: 'fault', detail, mend });

/** Looks at everything that a daemon needs, without starting one and without changing anything. */
export async function diagnose(session: Session): Promise<Diagnosis[]> {
  const { home } = session;
  const looks: [name: string, look: () => Finding | Promise<Finding>][] = [
    ['node', () => ok(`Node ${process.versions.node} on ${process.platform}-${process.arch}`)],
    ['sqlite', lookAtSqlite],
    ['state', () => lookAtDirectory(home)],
    ['master key', () => lookAtMasterKey(home)],
    ['database', () => lookAtDatabase(home)],
    ['daemon', () => lookAtDaemon(session)],
    ['port', () => lookAtPort(session)],
    ['clock', () => lookAtClock(session)],
  ];
  const found: Diagnosis[] = [];
  for (const [name, look] of looks) {
    try {
      found.push({ name, ...(await look()) });
    } catch (error) {
      if (!(error instanceof MintmarkError)) throw error;
      found.push({ name, ...fault(error.message, MENDS[error.code] ?? null) });
    }
  }
  return found;
}

const MENDS: Readonly<Record<string, string>> = {
  database_corrupt: 'put a backup back: mintmark restore FILE',
  database_newer: 'update mintmark',
  daemon_unproven: 'end the program that has the port, or use another one: mintmark start --port N',
};

/** Opening one asserts that the library has no known corruption bug. */
async function lookAtSqlite(): Promise<Finding> {
  const { openForWriting, readSqliteVersion } = await import('../store/sqlite.ts');
  const database = openForWriting(':memory:');
  try {
    return ok(`SQLite ${readSqliteVersion(database)}`);
  } finally {
    database.close();
  }
}

async function lookAtDirectory(home: string): Promise<Finding> {
  if (!existsSync(home)) return note(`${home} is not there yet; the first start makes it`);
  const { openStateDirectory } = await import('../store/state-directory.ts');
  return ok(openStateDirectory(home));
}

function lookAtMasterKey(home: string): Finding {
  const path = join(home, STATE_FILES.masterKey);
  if (existsSync(path)) return ok(`${STATE_FILES.masterKey} is there (${lstatSync(path).size} bytes)`);
  if (!existsSync(join(home, STATE_FILES.database))) return note('none yet');
  return fault('master.key is missing, and without it no private key opens', 'put the one of this database back');
}

async function lookAtDatabase(home: string): Promise<Finding> {
  if (!existsSync(join(home, STATE_FILES.database))) return note('none yet');
  const { checkDatabase } = await import('../store/check-database.ts');
  const { problems, schema, bytes } = checkDatabase(home);
  const facts = `schema ${schema}, ${bytes} bytes`;
  if (problems.length === 0) return ok(`sound (${facts})`);
  return fault(`${problems[0]} (${facts})`, 'put a backup back: mintmark restore FILE');
}

async function lookAtDaemon(session: Session): Promise<Finding> {
  try {
    const { file } = await session.daemon();
    return ok(`${file.version} at ${file.baseUrl} (pid ${file.pid}), proven`);
  } catch (error) {
    if (!(error instanceof MintmarkError) || error.code !== 'daemon_unreachable') throw error;
    return note('none runs', 'mintmark start');
  }
}

/** A daemon is started on the default port, where `iss` expects it. */
async function lookAtPort(session: Session): Promise<Finding> {
  const daemon = await session.daemon().catch(() => null);
  if (daemon !== null) return ok(`${daemon.address.port} is our daemon's`);
  const { findPortHolder } = await import('../server/port-holder.ts');
  const holder = findPortHolder(DEFAULT_PORT);
  if (holder === null) return ok(`${DEFAULT_PORT} is free`);
  return note(`${DEFAULT_PORT} is taken by ${holder}`, 'mintmark start --port N');
}

/** Verification depends on the time: a daemon whose clock was set is worth a word. */
async function lookAtClock(session: Session): Promise<Finding> {
  const daemon = await session.daemon().catch(() => null);
  const here = new Date(session.io.now()).toISOString();
  if (daemon === null) return ok(`${here} on this machine`);
  const { now, frozen, offsetSeconds } = await callDaemon(daemon, 'clock.show', {});
  if (!frozen && offsetSeconds === 0) return ok(`${here}, the daemon's too`);
  return note(`the daemon's time is ${now}${frozen ? ', frozen' : ''}`, 'mintmark clock reset');
}
