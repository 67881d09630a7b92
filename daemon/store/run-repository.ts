import { MintmarkError } from '../problem.ts';
import { parseObject } from './json-column.ts';
import type { RowMac } from './row-mac.ts';
import type { RunRecord, RunRow } from './rows.ts';
import type { Connection } from './sqlite.ts';
import { prepareCommand, prepareQuery } from './statement.ts';
import type { RunRepository } from './store.ts';

type StoredRun = Omit<RunRow, 'job'> & { job: string; mac: Buffer };

const COLUMNS = `id, name, issuer_id AS issuerId, subject, job, audience, secret_hash AS secretHash, directory, address,
  started_at AS startedAt, expires_at AS expiresAt, lease_seconds AS leaseSeconds, lease_until AS leaseUntil,
  ended_at AS endedAt, mac`;

const NO_MAC = Buffer.alloc(0);

/**
 * @param rowMac vouches for every run that lives: who can write the file, but has no master key, must not be able to
 *   plant one whose secret he knows
 */
export function createRunRepository(database: Connection, rowMac: RowMac): RunRepository {
  const insert = prepareCommand<
    [
      string,
      number,
      string,
      string,
      string | null,
      Buffer,
      string,
      string | null,
      number,
      number,
      number,
      number,
      Buffer,
    ]
  >(
    database,
    `INSERT INTO runs (name, issuer_id, subject, job, audience, secret_hash, directory, address, started_at, expires_at,
       lease_seconds, lease_until, mac)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const renew = prepareCommand<[number, Buffer, number]>(
    database,
    'UPDATE runs SET lease_until = ?, mac = ? WHERE id = ?',
  );
  const end = prepareCommand<[number, Buffer, string]>(
    database,
    'UPDATE runs SET ended_at = ?, mac = ? WHERE name = ? AND ended_at IS NULL',
  );
  const byName = prepareQuery<[string], StoredRun>(database, `SELECT ${COLUMNS} FROM runs WHERE name = ?`);
  const live = prepareQuery<[], StoredRun>(database, `SELECT ${COLUMNS} FROM runs WHERE ended_at IS NULL ORDER BY id`);
  const hasLive = prepareQuery<[], { id: number }>(database, 'SELECT id FROM runs WHERE ended_at IS NULL LIMIT 1');
  const page = prepareQuery<[number, number], StoredRun>(
    database,
    `SELECT ${COLUMNS} FROM runs WHERE id < ? ORDER BY id DESC LIMIT ?`,
  );

  const isAuthentic = (row: StoredRun): boolean => rowMac.holds(listContent(row), row.mac);

  return {
    insert(row) {
      const job = JSON.stringify(row.job);
      insert.run(
        row.name,
        row.issuerId,
        row.subject,
        job,
        row.audience,
        row.secretHash,
        row.directory,
        row.address,
        row.startedAt,
        row.expiresAt,
        row.leaseSeconds,
        row.leaseUntil,
        rowMac.make(listContent({ ...row, job })),
      );
    },
    renew(name, leaseUntil) {
      const row = byName.get(name);
      if (row === undefined || row.endedAt !== null) return false;
      if (!isAuthentic(row)) {
        throw new MintmarkError('database_corrupt', `The record of run ${name} was altered by another program`);
      }
      const next = { ...row, leaseUntil };
      return renew.run(leaseUntil, rowMac.make(listContent(next)), row.id).changes === 1;
    },
    end: (name, at) => end.run(at, NO_MAC, name).changes === 1,
    byName(name) {
      const row = byName.get(name);
      return row === undefined ? undefined : readRecord(row);
    },
    hasLive: () => hasLive.get() !== undefined,
    live: () => live.all().filter(isAuthentic).map(readRun),
    altered() {
      const rows = live.all().filter((row) => !isAuthentic(row));
      return rows.map(({ name }) => name);
    },
    page: ({ before = Number.MAX_SAFE_INTEGER, limit }) => page.all(before, limit).map(readRecord),
    authenticateAll() {
      for (const row of live.all().filter(isAuthentic)) {
        renew.run(row.leaseUntil, rowMac.make(listContent(row)), row.id);
      }
    },
  };
}

/** All that decides what the run may do; whether it ended is told by the mac being gone. */
function listContent(row: Omit<StoredRun, 'id' | 'endedAt' | 'mac'>): readonly unknown[] {
  const { name, issuerId, subject, job, audience, secretHash, directory, address } = row;
  const { startedAt, expiresAt, leaseSeconds, leaseUntil } = row;
  const instants = [startedAt, expiresAt, leaseSeconds, leaseUntil];
  return ['runs', name, issuerId, subject, job, audience, secretHash.toString('hex'), directory, address, ...instants];
}

function readRecord({ mac: _, job: __, ...row }: StoredRun): RunRecord {
  return row;
}

function readRun(row: StoredRun): RunRow {
  return { ...readRecord(row), job: parseObject(row.job, { table: 'runs', row: row.id, column: 'job' }) };
}
