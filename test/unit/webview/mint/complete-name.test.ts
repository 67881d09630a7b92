import { describe, expect, it } from 'vitest';
import { listKnownClaims } from '../../../../daemon/token/claims-dictionary.ts';
import { findNameAtCaret, insertName, suggestNames } from '../../../../webview/mint/complete-name.ts';

/** The caret stands where the bar is. */
function at(text: string) {
  const caret = text.indexOf('|');
  const bare = text.replace('|', '');
  return { text: bare, place: findNameAtCaret(bare, caret) };
}

describe('a name that is typed', () => {
  it.each([
    ['{"rep|', 'rep'],
    ['{ "a": 1, "rep|', 'rep'],
    ['{ "a": {"b": [1]}, "|"}', ''],
    ['{"x\\"y|', 'x\\"y'],
  ])('is found in %s', (text, prefix) => {
    expect(at(text).place?.prefix).toBe(prefix);
  });

  it.each([
    ['a value', '{"a": "rep|'],
    ['an inner object', '{"a": {"rep|'],
    ['a list', '["rep|'],
    ['nothing', '|'],
    ['the end of a name', '{"a"|'],
  ])('is not found in %s', (_, text) => {
    expect(at(text).place).toBeNull();
  });
});

describe('suggestions', () => {
  const known = listKnownClaims().map(([name, { meaning }]) => ({ name, meaning }));
  const names = (prefix: string, text = '') => suggestNames(prefix, text, known).map(({ name }) => name);

  it('begin with what is typed, then contain it', () => {
    expect(names('repository_o')).toEqual(['repository_owner', 'repository_owner_id']);
    expect(names('owner')).toEqual(['repository_owner', 'repository_owner_id']);
  });

  it('leave out what is there and what the issuer sets', () => {
    expect(names('repository_o', '{"repository_owner": 1}')).toEqual(['repository_owner_id']);
    expect(names('is')).not.toContain('iss');
  });

  it('are few', () => {
    expect(names('').length).toBeLessThanOrEqual(8);
  });
});

describe('a chosen name', () => {
  const insert = (text: string, name: string) => {
    const { text: bare, place } = at(text);
    const inserted = place && insertName(bare, place, name);
    return inserted && `${inserted.text.slice(0, inserted.caret)}|${inserted.text.slice(inserted.caret)}`;
  };

  it.each([
    ['{"re|', 'ref', '{"ref": |'],
    ['{"re|"}', 'ref', '{"ref": |}'],
    ['{"re|": 1}', 'ref', '{"ref"|: 1}'],
  ])('%s becomes %s', (text, name, result) => {
    expect(insert(text, name)).toBe(result);
  });
});
