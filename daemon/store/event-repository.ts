import { parseObject } from './json-column.ts';
import type { EventRow } from './rows.ts';
import type { Connection } from './sqlite.ts';
import { prepareCommand, prepareQuery } from './statement.ts';
import type { EventRepository } from './store.ts';

type StoredEvent = Omit<EventRow, 'detail'> & { detail: string };
type Listener = (events: readonly EventRow[]) => void;

/** The event log with what its transactions need: events are told only once they are durable. */
export interface EventLog {
  readonly repository: EventRepository;
  readonly countPending: () => number;
  /** Forgets pending events beyond the first `count`. */
  readonly takeBack: (count: number) => void;
  readonly tellPending: () => void;
}

export function createEventLog(database: Connection): EventLog {
  const insert = prepareCommand<[number, string, number | null, string | null, string]>(
    database,
    'INSERT INTO events (at, name, issuer_id, subject, detail) VALUES (?, ?, ?, ?, ?)',
  );
  const after = prepareQuery<[number, number], StoredEvent>(
    database,
    'SELECT seq, at, name, issuer_id AS issuerId, subject, detail FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  const last = prepareQuery<[], { seq: number }>(database, 'SELECT coalesce(max(seq), 0) AS seq FROM events');
  const listeners = new Set<Listener>();
  const batches: (readonly EventRow[])[] = [];
  const pending: EventRow[] = [];
  let isTelling = false;

  function tellPending(): void {
    if (pending.length > 0) batches.push(pending.splice(0));
    // A listener that writes commits in here: its events wait until everybody has those before them.
    if (isTelling) return;
    isTelling = true;
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      for (const listener of [...listeners]) tell(listener, batch);
    }
    isTelling = false;
  }

  return {
    repository: {
      append(event) {
        const { at, name, issuerId, subject, detail } = event;
        const seq = insert.run(at, name, issuerId, subject, JSON.stringify(detail)).rowId;
        pending.push({ seq, at, name, issuerId, subject, detail });
        return seq;
      },
      after: (since, limit) => after.all(since, limit).map(readEvent),
      lastSeq: () => last.get()?.seq ?? 0,
      onCommitted(listener) {
        // A function of its own, so that the same listener twice is two.
        const own: Listener = (events) => listener(events);
        listeners.add(own);
        return () => void listeners.delete(own);
      },
    },
    countPending: () => pending.length,
    takeBack(count) {
      pending.length = count;
    },
    tellPending,
  };
}

function readEvent(row: StoredEvent): EventRow {
  return { ...row, detail: parseObject(row.detail, { table: 'events', row: row.seq, column: 'detail' }) };
}

/** The change is durable whatever a listener does: its error goes to the process, not to the writer. */
function tell(listener: Listener, events: readonly EventRow[]): void {
  try {
    listener(events);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : new Error('An event listener failed'));
  }
}
