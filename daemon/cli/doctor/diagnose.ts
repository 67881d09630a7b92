import { callDaemon } from '../../client/call-daemon.ts';
import { MintmarkError } from '../../problem.ts';
import { nameStart, readLastPort } from '../daemon/last-base-url.ts';
import { DEFAULT_PORT } from '../options/serve-options.ts';
import type { Session } from '../session.ts';
import { openStateLooks, PUT_BACKUP_BACK, PUT_KEY_BACK } from './diagnose-state.ts';
import { type Finding, findFault, findNote, findOk } from './finding.ts';

/** One thing that was looked at. */
export interface Diagnosis extends Finding {
  readonly name: string;
}

type Look = () => Finding | null | Promise<Finding | null>;

/**
 * Looks at everything that a daemon needs, without starting one and without changing anything.
 *
 * @param passphrase opens a sealed `master.key`; it stays the caller's
 */
export async function diagnose(session: Session, passphrase?: Buffer): Promise<Diagnosis[]> {
  const state = openStateLooks(session, passphrase);
  const looks: [name: string, look: Look][] = [
    ['node', () => findOk(`Node ${process.versions.node} on ${process.platform}-${process.arch}`)],
    ['sqlite', lookAtSqlite],
    ['state', state.directory],
    ['master key', state.masterKey],
    ['database', state.database],
    ['replaced', state.replaced],
    ['daemon', () => lookAtDaemon(session)],
    ['port', () => lookAtPort(session)],
    ['clock', () => lookAtClock(session)],
  ];
  const found: Diagnosis[] = [];
  for (const [name, look] of looks) {
    try {
      const finding = await look();
      if (finding !== null) found.push({ name, ...finding });
    } catch (error) {
      if (!(error instanceof MintmarkError)) throw error;
      found.push({ name, ...findFault(error.message, MENDS[error.code] ?? null) });
    }
  }
  return found;
}

const MENDS: Readonly<Record<string, string>> = {
  database_corrupt: PUT_BACKUP_BACK,
  database_newer: 'update mintmark',
  master_key_wrong: PUT_KEY_BACK,
  daemon_unproven: 'end the program that has the port: on another one the iss of every issuer would change',
};

/** Opening one asserts that the library has no known corruption bug. */
async function lookAtSqlite(): Promise<Finding> {
  const { openForWriting, readSqliteVersion } = await import('../../store/sqlite.ts');
  const database = openForWriting(':memory:');
  try {
    return findOk(`SQLite ${readSqliteVersion(database)}`);
  } finally {
    database.close();
  }
}

async function lookAtDaemon(session: Session): Promise<Finding> {
  const { findDaemon } = await import('../../client/prove-daemon.ts');
  try {
    const { file } = await findDaemon(session.home);
    return findOk(`${file.version} at ${file.baseUrl} (pid ${file.pid}), proven`);
  } catch (error) {
    if (!(error instanceof MintmarkError) || error.code !== 'daemon_unreachable') throw error;
    return findNote('none runs', nameStart(session));
  }
}

/** A daemon belongs where it was last: on another port the `iss` of its issuers would be another one. */
async function lookAtPort(session: Session): Promise<Finding> {
  const daemon = await session.daemon().catch(() => null);
  if (daemon !== null) return findOk(`${daemon.address.port} is our daemon's`);
  const { findPortHolder } = await import('../../server/listen/port-holder.ts');
  const last = readLastPort(session.home);
  const port = last ?? DEFAULT_PORT;
  const holder = findPortHolder(port);
  const place = last === null ? `${port}` : `${port}, where our daemon was last,`;
  if (holder === null) return findOk(`${place} is free`);
  const another = session.nameCommand('start --port N');
  const mend = last === null ? another : `end it; on another port (${another}) the iss of every issuer would change`;
  return findNote(`${place} is taken by ${holder}`, mend);
}

/** Verification depends on the time: a daemon whose clock was set is worth a word. */
async function lookAtClock(session: Session): Promise<Finding> {
  const daemon = await session.daemon().catch(() => null);
  const here = new Date(session.io.now()).toISOString();
  if (daemon === null) return findOk(`${here} on this machine`);
  const { now, frozen, offsetSeconds } = await callDaemon(daemon, 'clock.show', {});
  if (!frozen && offsetSeconds === 0) return findOk(`${here}, the daemon's too`);
  return findNote(`the daemon's time is ${now}${frozen ? ', frozen' : ''}`, session.nameCommand('clock reset'));
}
