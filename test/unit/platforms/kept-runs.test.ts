import { renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openFixture, START } from '../issuer/setup.ts';
import { codeOf, makeHome, openTestStore } from '../store/fixtures.ts';
import { openRunFixture } from './run-fixture.ts';

/** What another program, without the master key, might do to the rows of runs. */
const ALTERATIONS = [
  ['a life without end', `UPDATE runs SET expires_at = 9e15 WHERE name = ?`],
  ['a lease without end', `UPDATE runs SET lease_until = 9e15 WHERE name = ?`],
  ['a job that is none', `UPDATE runs SET job = 'none' WHERE name = ?`],
  ['another secret', 'UPDATE runs SET secret_hash = randomblob(32) WHERE name = ?'],
  ['an issuer that never was', 'UPDATE runs SET issuer_id = 99 WHERE name = ?'],
] as const;

describe.each(ALTERATIONS)('a run that another program gave %s', (_, sql) => {
  test('is over with the next daemon, which says so, and the others go on', async () => {
    const home = makeHome();
    const before = await openRunFixture(await openFixture({ store: await openTestStore(home) }));
    const [altered, sound] = [await before.start(), await before.start()];
    before.runs.close();
    before.fixture.close();
    before.fixture.store.close();
    const database = new Database(join(home, 'mintmark.db'));
    database.pragma('foreign_keys = OFF');
    database.prepare(sql).run(altered.run.id);
    database.close();

    const { clock } = before.fixture;
    const after = await openRunFixture(await openFixture({ clock, store: await openTestStore(home) }), before.machine);
    expect(after.find(altered.requestToken)).toBeNull();
    expect(after.find(sound.requestToken)).toBe(sound.run.id);
    expect(after.fixture.reports).toMatchObject([{ code: 'database_corrupt' }]);
    expect(String(after.fixture.reports[0])).toContain(altered.run.id);
    const { events, runs } = after.fixture.store;
    expect(events.after(0, 100).at(-1)).toMatchObject({
      name: 'run.ended',
      issuerId: null,
      subject: altered.run.id,
      detail: { why: 'altered' },
    });
    expect(runs.live().map(({ name }) => name)).toEqual([sound.run.id]);
    expect(runs.byName(altered.run.id)?.endedAt).toBe(START);
    expect(after.runs.list({ limit: 5 }).items).toContainEqual(expect.objectContaining({ id: sound.run.id }));
  });
});

describe('a run whose end cannot be written', () => {
  async function loseDisk() {
    const home = makeHome();
    const opened = await openRunFixture(await openFixture({ store: await openTestStore(home) }));
    const started = await opened.start({ leaseSeconds: 60 });
    const [place, aside] = [join(home, 'mintmark.db'), join(home, 'aside.db')];
    // Refuses every write until it is back in its place.
    renameSync(place, aside);
    return { ...opened, started, bringBack: () => renameSync(aside, place) };
  }

  test('is over at once, and is written with the time of its end as soon as that works', async () => {
    const { fixture, machine, find, started, bringBack } = await loseDisk();
    machine.advance(60_000);
    expect(find(started.requestToken)).toBeNull();
    machine.advance(60_000);
    expect(fixture.reports).toMatchObject([{ code: 'database_unavailable' }]);
    expect(fixture.store.runs.hasLive()).toBe(true);
    bringBack();
    fixture.clock.advance(7_000);
    machine.advance(60_000);
    expect(fixture.store.runs.byName(started.run.id)?.endedAt).toBe(START);
    expect(fixture.eventNames().filter((name) => name === 'run.ended')).toHaveLength(1);
  });

  test('is written also when who asked for it was told that it failed, and once', async () => {
    const { fixture, runs, machine, find, started, bringBack } = await loseDisk();
    const { id } = started.run;
    expect(await codeOf(() => runs.end({ id }))).toBe('database_unavailable');
    expect(await codeOf(() => runs.end({ id }))).toBe('database_unavailable');
    expect(find(started.requestToken)).toBeNull();
    bringBack();
    machine.advance(60_000);
    expect(fixture.store.runs.hasLive()).toBe(false);
    expect(runs.end({ id }).endedAt).not.toBeNull();
    expect(fixture.eventNames().filter((name) => name === 'run.ended')).toHaveLength(1);
  });
});
