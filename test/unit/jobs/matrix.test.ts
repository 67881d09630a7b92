import { describe, expect, it } from 'vitest';
import { expandMatrix as expand } from '../../../daemon/jobs/workflows/expand-matrix.ts';
import { type MatrixRow, pickRow } from '../../../daemon/jobs/workflows/matrix.ts';
import type { Json } from '../../../daemon/jobs/workflows/yaml-access.ts';

const expandMatrix = (
  axes: Readonly<Record<string, readonly Json[]>>,
  exclude: readonly MatrixRow[],
  include: readonly MatrixRow[],
) => expand(axes, exclude, include, { matrices: Number.POSITIVE_INFINITY }) ?? [];

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

  it('takes equal values for one, and a name of every object for a name', () => {
    const rows = expandMatrix(
      { a: [1, 1, '1'], b: [{ c: 1 }] },
      [{ a: 1, b: { c: 1 } }],
      [{ b: { c: 1 }, toString: 2 }],
    );
    expect(rows).toEqual([{ a: '1', b: { c: 1 }, toString: 2 }]);
    expect(expandMatrix({ ['__proto__']: ['x'] }, [], [{ more: 1 }]).map((row) => Object.keys(row))).toEqual([
      ['__proto__', 'more'],
    ]);
  });

  const sixteen = Array.from({ length: 16 }, (_, at) => at);
  const long = 'a'.repeat(20_000);
  it.each<readonly [string, Readonly<Record<string, readonly Json[]>>, readonly MatrixRow[], readonly MatrixRow[]]>([
    ['a long text in every row', { s: [long], a: sixteen, b: sixteen }, [], []],
    ['many that are put into every row', { a: sixteen, b: sixteen }, [], Array(250).fill({ c: 1, d: 2, e: 3 })],
    ['long texts that are left out', { a: sixteen }, Array(1_000).fill({ a: long }), []],
    ['long texts that are put in', { a: sixteen }, [], Array(250).fill({ a: long })],
  ])('is given up where it costs more than there is left: %s', (_, axes, exclude, include) => {
    expect(expand(axes, exclude, include, { matrices: 2_000_000 })).toBeNull();
  });

  it('of the largest size that people write leaves a file enough for fifty such', () => {
    const budget = { matrices: 2_000_000 };
    const names = sixteen.map((at) => `version-${at}`);
    const exclude = names.map((os) => ({ os, node: 'version-3' }));
    const include = names.map((os) => ({ os, node: 'version-4', experimental: true }));
    expect(expand({ os: names, node: names }, exclude, include, budget)).toHaveLength(240);
    expect(2_000_000 - budget.matrices).toBeLessThan(40_000);
  });
});
