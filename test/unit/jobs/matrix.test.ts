import { describe, expect, it } from 'vitest';
import { expandMatrix, pickRow } from '../../../daemon/jobs/workflows/matrix.ts';

describe('a matrix', () => {
  // GitHub docs, "Running variations of jobs in a workflow", "Expanding or adding matrix configurations"
  it('expands like the example of its documentation', () => {
    const rows = expandMatrix(
      { fruit: ['apple', 'pear'], animal: ['cat', 'dog'] },
      [],
      [
        { color: 'green' },
        { color: 'pink', animal: 'cat' },
        { fruit: 'apple', shape: 'circle' },
        { fruit: 'banana' },
        { fruit: 'banana', animal: 'cat' },
      ],
    );
    expect(rows).toEqual([
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ]);
  });

  it('leaves out what agrees with an exclude in part', () => {
    const rows = expandMatrix({ os: ['a', 'b'], node: [1, 2] }, [{ os: 'a' }, { os: 'b', node: 2 }, { other: 1 }], []);
    expect(rows).toEqual([{ os: 'b', node: 1 }]);
  });

  it('has no rows with an empty axis, and as many as GitHub takes with large ones', () => {
    const numbers = Array.from({ length: 100 }, (_, at) => at);
    expect(expandMatrix({ os: [], node: [1] }, [], [])).toEqual([]);
    expect(expandMatrix({ a: numbers, b: numbers, c: numbers }, [], [])).toHaveLength(256);
  });

  it('gives the row that is asked for by text', () => {
    const rows = expandMatrix({ node: [22, 24], os: [{ name: 'linux' }] }, [], []);
    expect(pickRow(rows, { node: '24' })).toEqual({ node: 24, os: { name: 'linux' } });
    expect(pickRow(rows, { os: '{"name":"linux"}' })).toEqual(rows[0]);
    expect(pickRow(rows, {})).toEqual(rows[0]);
    expect(pickRow(rows, { node: '26' })).toBeNull();
    expect(pickRow(rows, { constructor: 'x' })).toBeNull();
  });
});
