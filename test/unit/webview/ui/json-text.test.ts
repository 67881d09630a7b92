import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalizeJson, indentJson, listMembers } from '../../../../webview/ui/json-text.ts';

describe('the members of an object', () => {
  it('are listed as they were written: big numbers, escapes, and one name twice', () => {
    const text = ' { "a" : 12345678901234567890 , "\\u0061": "\\u0041" ,"list":[1, {"b":2}] } ';
    expect(listMembers(text)?.map(({ name, raw }) => [name, raw])).toEqual([
      ['a', '12345678901234567890'],
      ['a', '"\\u0041"'],
      ['list', '[1, {"b":2}]'],
    ]);
  });

  it('say where they stand in the text', () => {
    const text = '{"sub": "é", "exp" :1}';
    expect(listMembers(text)?.map(({ start, end }) => text.slice(start, end))).toEqual(['"sub": "é"', '"exp" :1']);
  });

  it('are none where there is no object', () => {
    for (const text of ['', '[]', '1', '{"a"', '"{}"', 'null']) expect(listMembers(text)).toBeNull();
    expect(listMembers('{}')).toEqual([]);
  });

  it('are none where the object is nested more deeply than any reader of ours goes', () => {
    const nest = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(listMembers(nest(63))).toHaveLength(1);
    expect(listMembers(nest(64))).toBeNull();
  });

  it('are those that JSON.parse finds, whatever the object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const members = listMembers(JSON.stringify(object, null, 1)) ?? [];
        expect(members.map(({ name, raw }) => [name, JSON.parse(raw)])).toEqual(
          Object.entries(JSON.parse(JSON.stringify(object)) as object),
        );
      }),
    );
  });
});

describe('indented JSON', () => {
  it('changes no character of a name or a value', () => {
    expect(indentJson('{"a":[1.0,{"b":"x, {y}"}],"c":{},"d":[ ]}')).toBe(
      '{\n  "a": [\n    1.0,\n    {\n      "b": "x, {y}"\n    }\n  ],\n  "c": {},\n  "d": []\n}',
    );
  });

  it('is what JSON.stringify would write', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it('takes a string of 250,000 characters', () => {
    const text = JSON.stringify('x\\"'.repeat(80_000));
    expect(indentJson(text)).toBe(text);
  });
});

describe('the canonical spelling', () => {
  it.each([
    ['white space', '{ "a" : 1 }', '{"a":1}'],
    ['the order of members', '{"a":{"c":1,"d":2},"b":[]}', '{"b":[],"a":{"d":2,"c":1}}'],
    ['escapes', '["\\u0061\\/"]', '["a/"]'],
  ])('does not know %s', (_, one, other) => {
    expect(canonicalizeJson(one)).toBe(canonicalizeJson(other));
  });

  it.each([
    ['the order of a list', '[1,2]', '[2,1]'],
    ['the last digit of a big number', '12345678901234567890', '12345678901234567891'],
    ['text and number', '"1"', '1'],
    ['a member that is there twice', '{"a":1,"a":1}', '{"a":1}'],
  ])('knows %s', (_, one, other) => {
    expect(canonicalizeJson(one)).not.toBe(canonicalizeJson(other));
  });
});
