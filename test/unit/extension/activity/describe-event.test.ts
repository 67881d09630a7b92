import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeEvent } from '../../../../extension/features/activity/describe-event.ts';
import { PROJECT } from '../../../support/program.ts';

/** Every name under which the daemon writes an event down, read off its source. */
function listEventNames(): string[] {
  const daemon = join(PROJECT, 'daemon');
  const files = readdirSync(daemon, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const names = files.flatMap((file) => {
    const text = readFileSync(join(daemon, file), 'utf8');
    const written = /(?:\blog\(|\bname: )'((?:issuer|key|token|run|workflow|master|database)\.\w+)'/g;
    return Array.from(text.matchAll(written), ([, name = '']) => name);
  });
  return [...new Set(names)].toSorted();
}

test('every event of the daemon has words of its own', () => {
  const names = listEventNames();
  expect(names).toEqual(expect.arrayContaining(['token.minted', 'key.revoked', 'run.ended', 'issuer.moved']));
  const event = { seq: 1, at: '2026-11-22T15:00:00Z', issuer: 'default', subject: 'abc', detail: {} };
  const wordless = names.filter((name) => describeEvent({ ...event, name }) === name);
  expect(wordless).toEqual([]);
});
