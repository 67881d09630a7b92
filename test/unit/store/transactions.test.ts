import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { MintmarkError } from '../../../daemon/problem.ts';
import { openMemoryStore } from '../../../daemon/store/open-store.ts';
import type { EventRow } from '../../../daemon/store/rows.ts';
import { openForWriting } from '../../../daemon/store/sqlite.ts';
import type { Store } from '../../../daemon/store/store.ts';
import { addToken, atEnd, codeOf, issuerRow, makeHome, NOW, openTestStore, seedIssuer } from './fixtures.ts';

let store: Store;
beforeEach(() => {
  store = openMemoryStore(NOW);
  seedIssuer(store);
});

const append = (name: string) => store.events.append({ at: NOW, name, issuerId: null, subject: null, detail: {} });
const fail = (): never => {
  throw new Error('no');
};

describe('a transaction', () => {
  it('leaves nothing when its work throws, and hands the error on', () => {
    expect(() =>
      store.transaction(() => {
        addToken(store, 't1');
        fail();
      }),
    ).toThrow('no');
    expect(store.tokens.count()).toBe(0);
    expect(store.events.lastSeq()).toBe(0);
    expect(store.writeFault()).toBeNull();
  });

  it('takes back the work of an inner one that throws and keeps the rest', () => {
    store.transaction(() => {
      addToken(store, 't1');
      expect(() =>
        store.transaction(() => {
          addToken(store, 't2');
          fail();
        }),
      ).toThrow('no');
      addToken(store, 't3');
    });
    expect(store.events.after(0, 9).map(({ seq, subject }) => [seq, subject])).toEqual([
      [1, 't1'],
      [2, 't3'],
    ]);
    expect(store.tokens.byJti('t2')).toBeUndefined();
  });

  it('refuses a write outside of one', async () => {
    expect(await codeOf(() => append('alone'))).toBe('internal');
    expect(await codeOf(() => store.issuers.insert(issuerRow('alone')))).toBe('internal');
  });

  it('refuses async work, which would go on after its commit', async () => {
    expect(await codeOf(() => store.transaction(async () => append('late')))).toBe('internal');
    expect(store.events.lastSeq()).toBe(0);
  });

  it('refuses async work of an inner one, also where the outer one goes on without it', async () => {
    const work = () => {
      store.transaction(() => append('first'));
      void store.transaction(async () => append('late'));
    };
    expect(await codeOf(() => store.transaction(work))).toBe('internal');
    expect(store.events.lastSeq()).toBe(0);
  });

  it('stops writing after the disk failed, until a restart, and goes on reading', async () => {
    addToken(store, 't1');
    const syncFails = () => {
      throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC');
    };
    expect(await codeOf(() => store.transaction(syncFails))).toBe('database_unavailable');
    expect(await codeOf(() => addToken(store, 't2'))).toBe('database_unavailable');
    expect(store.writeFault()).toContain('SQLITE_IOERR_FSYNC');
    expect(store.tokens.byJti('t1')).toBeDefined();
  });

  it('is refused once the store is closed', async () => {
    store.close();
    expect(await codeOf(() => store.transaction(() => 1))).toBe('stopping');
  });

  it('gives up on a database that another program keeps locked, and works once it is free', async () => {
    const home = makeHome();
    const shared = await openTestStore(home);
    seedIssuer(shared);
    const other = openForWriting(join(home, 'mintmark.db'));
    atEnd(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    expect(await codeOf(() => addToken(shared, 't1'))).toBe('database_busy');
    expect(shared.writeFault()).toContain('SQLITE_BUSY');
    other.exec('ROLLBACK');
    addToken(shared, 't1');
    expect(shared.events.lastSeq()).toBe(1);
  });

  it('tells a write fault until a write works again', async () => {
    const full = () => {
      throw new Database.SqliteError('database or disk is full', 'SQLITE_FULL');
    };
    expect(await codeOf(() => store.transaction(full))).toBe('storage_full');
    expect(store.writeFault()).toContain('SQLITE_FULL');
    addToken(store, 't1');
    expect(store.writeFault()).toBeNull();
  });
});

describe('the event log', () => {
  it('has no gap where a rollback took events back', () => {
    for (let round = 0; round < 20; round += 1) {
      expect(() =>
        store.transaction(() => {
          append('lost');
          fail();
        }),
      ).toThrow();
      store.transaction(() => append('kept'));
    }
    expect(store.events.after(0, 99).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });

  it('pages by sequence and keeps the detail', () => {
    store.transaction(() => {
      for (const n of [1, 2, 3]) {
        store.events.append({ at: n, name: 'n', issuerId: 1, subject: `s${n}`, detail: { n, list: [null, 'ü'] } });
      }
    });
    expect(store.events.after(1, 1)).toEqual([
      { seq: 2, at: 2, name: 'n', issuerId: 1, subject: 's2', detail: { n: 2, list: [null, 'ü'] } },
    ]);
    expect(store.events.lastSeq()).toBe(3);
  });

  it('tells listeners after the commit, once for a transaction and in order', () => {
    const told: string[][] = [];
    const end = store.events.onCommitted((events) => told.push(events.map(({ name }) => name)));
    store.transaction(() => {
      append('a');
      store.transaction(() => append('b'));
      expect(told).toEqual([]);
    });
    store.transaction(() => {});
    end();
    store.transaction(() => append('c'));
    expect(told).toEqual([['a', 'b']]);
  });

  it('tells a listener nothing of what was rolled back', () => {
    const told: EventRow[] = [];
    store.events.onCommitted((events) => told.push(...events));
    expect(() =>
      store.transaction(() => {
        append('lost');
        fail();
      }),
    ).toThrow();
    store.transaction(() => {
      expect(() =>
        store.transaction(() => {
          append('lost too');
          fail();
        }),
      ).toThrow();
      append('kept');
    });
    expect(told.map(({ seq, name }) => [seq, name])).toEqual([[1, 'kept']]);
  });

  it('keeps the order for everybody when a listener writes', () => {
    const first: number[] = [];
    const second: number[] = [];
    store.events.onCommitted((events) => {
      first.push(...events.map(({ seq }) => seq));
      if (store.events.lastSeq() < 3) store.transaction(() => append('more'));
    });
    store.events.onCommitted((events) => second.push(...events.map(({ seq }) => seq)));
    store.transaction(() => append('start'));
    expect(first).toEqual([1, 2, 3]);
    expect(second).toEqual([1, 2, 3]);
  });

  it('lets neither the writer nor other listeners notice that a listener throws', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    const told: string[] = [];
    store.events.onCommitted(() => {
      throw new MintmarkError('internal', 'a listener failed');
    });
    store.events.onCommitted((events) => told.push(...events.map(({ name }) => name)));
    expect(store.transaction(() => append('a'))).toBe(1);
    expect(told).toEqual(['a']);
    expect(store.events.lastSeq()).toBe(1);
    expect((await warned).message).toBe('a listener failed');
  });
});
