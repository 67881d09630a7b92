import { describe, expect, it } from 'vitest';
import { toJson } from '../../../daemon/jobs/workflows/yaml-access.ts';
import { parseYaml } from '../../../daemon/jobs/workflows/yaml-tree.ts';
import { problemOf } from './fixtures.ts';

const RULES = { mergeKeys: true };

function readJson(text: string): unknown {
  const tree = parseYaml('ci.yml', text, RULES);
  return tree === null ? null : toJson(tree);
}

describe('YAML', () => {
  it.each([
    ['', null],
    ['# only a comment\n', null],
    ['on: push\n', { on: 'push' }],
    ['a: yes\nb: 1.10\nc: null\nd: "1"\n', { a: 'yes', b: 1.1, c: null, d: '1' }],
    ['a: &x { b: 1 }\nc: *x\n', { a: { b: 1 }, c: { b: 1 } }],
    ['a: &x [1]\nb: &x [2]\nc: *x\n', { a: [1], b: [2], c: [2] }],
    ['&k a: 1\nb: *k\n', { a: 1, b: 'a' }],
    [
      'a: &a { x: 1, y: 1 }\nb: &b { y: 2, z: 2 }\nc: { <<: [*a, *b], z: 3 }\n',
      {
        a: { x: 1, y: 1 },
        b: { y: 2, z: 2 },
        c: { x: 1, y: 1, z: 3 },
      },
    ],
    ['1: one\ntrue: two\n', { '1': 'one', true: 'two' }],
    ['a: !custom [1]\n', { a: [1] }],
    ['__proto__: { polluted: true }\n', JSON.parse('{"__proto__":{"polluted":true}}')],
  ])('%j is read', (text, value) => {
    expect(readJson(text)).toEqual(value);
    expect({}).not.toHaveProperty('polluted');
  });

  it('knows the line of everything', () => {
    const tree = parseYaml('ci.yml', 'a: 1\n\nb:\n  - x\n  - y: 2\n', RULES);
    expect(tree?.kind === 'mapping' && [...tree.entries].map(([key, { line }]) => [key, line])).toEqual([
      ['a', 1],
      ['b', 3],
    ]);
  });

  it.each([
    ['a tab', 'a:\n\tb: 1\n', 2],
    ['an open bracket', 'a: [1\n', 2],
    ['an open quote', 'a: 1\nb: "x\n', 3],
    ['bad indentation', 'a:\n    b: 1\n  c: 2\n', 3],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', 3],
    ['a key twice below', 'x:\n  a: 1\n  a: 3\n', 3],
    ['a mapping as a key', '? { a: 1 }\n: 2\n', 1],
    ['an unknown alias', 'a: 1\nb: *nowhere\n', 2],
    ['an alias of itself', 'a: &a [*a]\n', 1],
    ['a merge of a text', 'a:\n  <<: text\n', 2],
    ['several documents', 'a: 1\n---\nb: 2\n', 1],
    ['deep lists', '['.repeat(20_000), 1],
    ['deep mappings', 'a: '.repeat(100), 1],
    ['deep but well-formed lists', `${'['.repeat(70)}${']'.repeat(70)}`, 1],
    ['too much text', 'a'.repeat(1_048_577), 1],
  ])('with %s is refused, with file and line', async (_, text, line) => {
    expect(await problemOf(() => readJson(text))).toEqual([
      'invalid_request',
      expect.stringMatching(new RegExp(`^ci\\.yml:${line}: `)),
    ]);
  });

  it.each([
    [
      'lists',
      Array.from({ length: 30 }, (_, at) => `a${at}: &a${at} [${at === 0 ? '1' : `*a${at - 1}, *a${at - 1}`}]`),
    ],
    [
      'merge keys',
      Array.from({ length: 60 }, (_, at) =>
        at === 0 ? 'a0: &a0 { x: 1 }' : `a${at}: &a${at} { <<: [*a${at - 1}, *a${at - 1}], y${at}: 1 }`,
      ),
    ],
    [
      'many merges of one',
      [
        'a: &a',
        ...Array.from({ length: 5_000 }, (_, at) => `  k${at}: 1`),
        ...Array.from({ length: 5_000 }, (_, at) => `b${at}: { <<: *a }`),
      ],
    ],
  ])('with aliases that grow through %s is refused', async (_, lines) => {
    const [code, message] = await problemOf(() => readJson(lines.join('\n')));
    expect([code, message]).toEqual(['invalid_request', expect.stringContaining('grow')]);
  });

  it('has no merge keys where the platform has none', async () => {
    const text = 'a: &a { b: 1 }\nc:\n  <<: *a\n';
    expect((await problemOf(() => parseYaml('ci.yml', text, { mergeKeys: false })))[1]).toMatch(/^ci\.yml:3: /);
  });

  it('shows a hostile file name on one line', async () => {
    const [, message] = await problemOf(() => parseYaml('a\n\u202eb.yml', 'a: [', RULES));
    expect(message).not.toMatch(/[\n\u202e]/);
  });

  it('is parsed once for all who ask for the same in the same file, by the same rules', () => {
    const text = 'a: { b: 1 }\n';
    const tree = parseYaml('ci.yml', text, RULES);
    expect(parseYaml('ci.yml', text, RULES)).toBe(tree);
    expect(parseYaml('other.yml', text, RULES)).not.toBe(tree);
    expect(parseYaml('ci.yml', text, { ...RULES, placedAt: 7 })).toMatchObject({ line: 7 });
    expect(() => parseYaml('ci.yml', 'a: &x {}\nb: { <<: *x }\n', { mergeKeys: false })).toThrow();
    expect(parseYaml('ci.yml', 'a: &x {}\nb: { <<: *x }\n', RULES)).not.toBeNull();
    parseYaml('ci.yml', `# ${'x'.repeat(262_100)}`, RULES);
    expect(parseYaml('ci.yml', text, RULES)).not.toBe(tree);
  });
});
