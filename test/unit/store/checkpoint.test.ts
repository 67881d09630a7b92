import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { startCheckpointThread } from '../../../daemon/store/checkpoint-thread.ts';
import { waitFor } from '../../support/wait.ts';
import { addToken, makeHome, openTestStore, seedIssuer } from './fixtures.ts';

const MB = 1024 * 1024;

/** What the log holds that is not in the database yet, bytes; NOOP only reports. */
function measureUncopied(database: Database.Database): number {
  const [row] = database.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[];
  const pageSize = database.pragma('page_size', { simple: true }) as number;
  return ((row?.log ?? 0) - (row?.checkpointed ?? 0)) * pageSize;
}

it('a thread of its own moves a long log into the database while commits go on', { timeout: 60_000 }, async () => {
  const home = makeHome();
  const store = await openTestStore(home);
  seedIssuer(store);
  const size = () => statSync(join(home, 'mintmark.db')).size;
  const before = size();
  const claimsJson = 'x'.repeat(50_000);
  let count = 0;
  await waitFor('the log to be copied', () => {
    addToken(store, `t${count++}`, { claimsJson });
    return size() >= before + 4 * MB;
  });
  expect(statSync(join(home, 'mintmark.db-wal')).size).toBeLessThan(128 * MB);
  store.close();
  expect((await openTestStore(home)).tokens.byJti('t0')?.claimsJson).toBe(claimsJson);
});

it('the thread tells how each order went', async () => {
  const home = makeHome();
  const store = await openTestStore(home);
  seedIssuer(store);
  const outcomes: string[] = [];
  const told = new Promise<void>((resolve, reject) => {
    const thread = startCheckpointThread(
      join(home, 'mintmark.db'),
      (outcome) => {
        outcomes.push(outcome);
        if (outcomes.length < 2) return;
        thread?.order('end');
        resolve();
      },
      () => reject(new Error('The thread ended early')),
    );
    thread?.order('copy');
    thread?.order('copy');
  });
  await told;
  expect(outcomes).toEqual(['done', 'done']);
});

it('a thread without a database says so and stays', async () => {
  const outcome = await new Promise((resolve, reject) => {
    const thread = startCheckpointThread(join(makeHome(), 'mintmark.db'), resolve, reject);
    thread?.order('copy');
  });
  expect(outcome).toBe('failed');
});

it('the log starts over under load instead of growing without end', { timeout: 60_000 }, async () => {
  const home = makeHome();
  const store = await openTestStore(home);
  seedIssuer(store);
  const other = new Database(join(home, 'mintmark.db'));
  const claimsJson = 'x'.repeat(500_000);
  let smalls = 0;
  for (let n = 0; n < 300; n += 1) {
    addToken(store, `t${n}`, { claimsJson });
    await new Promise((resolve) => setImmediate(resolve));
    // A busy machine may give the thread no turn for a hundred commits: that is no growth
    // without end. Small ones go on.
    await waitFor('the thread to copy the log', () => {
      if (measureUncopied(other) < 16 * MB) return true;
      addToken(store, `small${smalls++}`, {});
      return false;
    });
  }
  other.close();
  expect(statSync(join(home, 'mintmark.db-wal')).size).toBeLessThan(100 * MB);
});
