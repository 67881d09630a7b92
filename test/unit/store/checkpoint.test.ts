import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startCheckpointThread } from '../../../daemon/store/checkpoint-thread.ts';
import { addToken, makeHome, openTestStore, seedIssuer } from './fixtures.ts';

const MB = 1024 * 1024;

it('a thread of its own moves a long log into the database while commits go on', { timeout: 60_000 }, async () => {
  const home = makeHome();
  const store = await openTestStore(home);
  seedIssuer(store);
  const size = () => statSync(join(home, 'mintmark.db')).size;
  const before = size();
  const claimsJson = 'x'.repeat(50_000);
  for (let n = 0; size() < before + 4 * MB; n += 1) {
    addToken(store, `t${n}`, { claimsJson });
    await new Promise((resolve) => setImmediate(resolve));
    expect(n).toBeLessThan(5_000);
  }
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
  const claimsJson = 'x'.repeat(500_000);
  for (let n = 0; n < 200; n += 1) {
    addToken(store, `t${n}`, { claimsJson });
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(statSync(join(home, 'mintmark.db-wal')).size).toBeLessThan(90 * MB);
});
