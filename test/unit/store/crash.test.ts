import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkDatabase } from '../../../daemon/store/check-database.ts';
import {
  ANY_ISSUERS,
  addToken,
  copyHome,
  makeHome,
  openTestStore,
  readBytes,
  readLine,
  seedIssuer,
  startChild,
} from './fixtures.ts';

it('a log cut off anywhere leaves a prefix of the commits and a sound database', { timeout: 120_000 }, async () => {
  const home = makeHome();
  const store = await openTestStore(home);
  seedIssuer(store);
  for (let n = 0; n < 30; n += 1) addToken(store, `t${n}`, { claimsJson: JSON.stringify({ sub: 'x'.repeat(1_000) }) });
  const crashed = copyHome(home);
  const log = readBytes(crashed, 'mintmark.db-wal');
  const database = readBytes(crashed, 'mintmark.db');
  let last = 0;
  // A prime step: cuts fall into headers, frames and page contents alike.
  for (let length = 0; length <= log.length; length += 7_919) {
    writeFileSync(join(crashed, 'mintmark.db'), database);
    writeFileSync(join(crashed, 'mintmark.db-wal'), log);
    truncateSync(join(crashed, 'mintmark.db-wal'), length);
    const again = await openTestStore(crashed);
    const count = again.tokens.count();
    expect(count).toBeGreaterThanOrEqual(last);
    expect(again.events.after(0, 99).map(({ subject }) => subject)).toEqual(
      Array.from({ length: count }, (_, n) => `t${n}`),
    );
    again.close();
    expect(checkDatabase(crashed, ANY_ISSUERS).problems).toEqual([]);
    last = count;
  }
  expect(last).toBeGreaterThan(20);
});

it('kill -9 while minting loses nothing that was acknowledged', { timeout: 120_000 }, async () => {
  const home = makeHome();
  const store = await openTestStore(home);
  seedIssuer(store);
  store.close();
  const acknowledged: string[] = [];
  for (let round = 0; round < 8; round += 1) {
    const child = startChild('mint-forever.ts', home, `r${round}`);
    const until = 20 + round * 61;
    for (let n = 0; n < until; n += 1) acknowledged.push(await readLine(child.lines));
    child.process.kill('SIGKILL');
    await child.ended;
    for (let rest = await child.lines.next(); !rest.done; rest = await child.lines.next())
      acknowledged.push(rest.value);
    const again = await openTestStore(home);
    // A line that was cut off in the pipe was not received by anybody.
    const missing = acknowledged.filter((jti) => jti.length === 12 && again.tokens.byJti(jti) === undefined);
    expect(missing).toEqual([]);
    expect(again.events.lastSeq()).toBe(again.tokens.count());
    again.close();
    expect(checkDatabase(home, ANY_ISSUERS).problems).toEqual([]);
  }
});
