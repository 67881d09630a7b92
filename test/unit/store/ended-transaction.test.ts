import { expect, it } from 'vitest';
import { createGroupCommit } from '../../../daemon/store/group-commit.ts';
import { openForWriting } from '../../../daemon/store/sqlite.ts';
import { prepareCommand } from '../../../daemon/store/statement.ts';
import { createTransactions } from '../../../daemon/store/transactions.ts';
import { atEnd, codeOf } from './fixtures.ts';

/**
 * Transactions over a table in which the row `end` makes SQLite roll everything back by itself, as a full disk does.
 */
function openTable() {
  const database = openForWriting(':memory:');
  atEnd(() => database.close());
  database.exec(`CREATE TABLE rows (name TEXT);
    CREATE TRIGGER rows_end BEFORE INSERT ON rows WHEN new.name = 'end'
    BEGIN SELECT RAISE (ROLLBACK, 'ended'); END`);
  database.exec('CREATE TABLE texts (text TEXT)');
  const insert = database.prepare<[string]>('INSERT INTO rows VALUES (?)');
  const insertText = prepareCommand<[string]>(database, 'INSERT INTO texts VALUES (?)');
  const none = () => {};
  const { transaction } = createTransactions(database, {
    beforeBegin: none,
    afterBegin: none,
    mark: () => 0,
    takeBack: none,
    afterCommit: none,
  });
  const write = (name: string) => void insert.run(name);
  return {
    transaction,
    write,
    names: () => database.prepare('SELECT name FROM rows').pluck().all(),
    writeText: (text: string) => void insertText.run(text),
    texts: () => database.prepare('SELECT text FROM texts').pluck().all(),
    /** From now on the database has no room for more pages than it has. */
    fill: () => void database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`),
  };
}

it('an inner transaction after the outer one was ended by SQLite writes nothing', () => {
  const { transaction, write, names } = openTable();
  const outcomes: unknown[] = [];
  expect(() =>
    transaction(() => {
      for (const name of ['first', 'end', 'last']) {
        try {
          transaction(() => write(name));
          outcomes.push('written');
        } catch {
          outcomes.push('refused');
        }
      }
    }),
  ).toThrow();
  expect(outcomes).toEqual(['written', 'refused', 'refused']);
  expect(names()).toEqual([]);
});

it('a work that goes on after SQLite has ended its transaction is not taken for committed', () => {
  const { transaction, write, names } = openTable();
  const goOn = () => {
    write('first');
    expect(() => write('end')).toThrow('ended');
  };
  expect(() => transaction(goOn)).toThrow(expect.objectContaining({ code: 'internal' }));
  expect(names()).toEqual([]);
  transaction(() => write('next'));
  expect(names()).toEqual(['next']);
});

it('who waits in one group with the write that found the disk full, and ended the transaction, learns why', async () => {
  const { transaction, writeText, texts, fill } = openTable();
  fill();
  const commits = createGroupCommit(transaction);
  const codes = ['first', 'large '.repeat(10_000), 'last'].map((text) =>
    codeOf(() => commits.reserve().commit(() => writeText(text))),
  );
  expect(await Promise.all(codes)).toEqual(['storage_full', 'storage_full', 'storage_full']);
  expect(texts()).toEqual([]);
  await commits.reserve().commit(() => writeText('next'));
  expect(texts()).toEqual(['next']);
});
