import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createIssuerMoveRepository } from '../../../daemon/store/issuer-move-repository.ts';
import { openMemoryStore } from '../../../daemon/store/open-store.ts';
import { NOW } from './fixtures.ts';

const [first, second] = [
  { issuer: 'https://a.example', notAfter: NOW + 1 },
  { issuer: 'https://b.example', notAfter: NOW + 2 },
];

test('the last name of an issuer is kept, the one before it is not', () => {
  const { moves, transaction } = openMemoryStore(NOW);
  expect(moves.last(1)).toBeNull();
  transaction(() => moves.record(1, first));
  expect([moves.last(1), moves.last(2)]).toEqual([first, null]);
  transaction(() => moves.record(1, second));
  expect(moves.last(1)).toEqual(second);
});

test.each([
  ['no text', 1],
  ['no JSON', '{'],
  ['no object', '[]'],
  ['no instant', '{"issuer":"https://a.example","notAfter":"9999"}'],
  ['no name', '{"notAfter":1}'],
])('a record that is %s counts for nothing', (_, value) => {
  const database = new Database(':memory:');
  database.exec('CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID');
  database.prepare('INSERT INTO meta VALUES (?, ?)').run('previous_issuer:1', value);
  expect(createIssuerMoveRepository(database).last(1)).toBeNull();
});
