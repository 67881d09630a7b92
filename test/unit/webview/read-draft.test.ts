import { describe, expect, it } from 'vitest';
import { describeFault } from '../../../webview/mint/fault-words.ts';
import type { MintDraft } from '../../../webview/protocol.ts';
import { readDraft, readLife } from '../../../webview/read-draft.ts';

const draft = (change: Partial<MintDraft> = {}): MintDraft => ({
  slug: 'default',
  job: '',
  event: '',
  ref: '',
  options: [],
  subject: '',
  audience: '',
  life: '',
  claims: '',
  lookAlike: false,
  destination: 'editor',
  ...change,
});
const faultsOf = (change: Partial<MintDraft>) => readDraft(draft(change)).faults.map(({ code }) => code);

describe('a filled-in form', () => {
  it('leaves to the issuer what is empty', () => {
    expect(readDraft(draft())).toEqual({ order: { slug: 'default' }, faults: [] });
  });

  it('asks for what is in it', () => {
    const filled = draft({ subject: ' me ', audience: 'a, b', life: '5m', claims: '{"team":"shop"}' });
    expect(readDraft(filled).order).toEqual({
      slug: 'default',
      subject: 'me',
      audience: ['a', 'b'],
      ttlSeconds: 300,
      claims: { team: 'shop' },
    });
  });

  it('asks for one audience as a text', () => {
    expect(readDraft(draft({ audience: 'https://api.example' })).order?.audience).toBe('https://api.example');
  });

  it.each([
    ['words', '{"team": shop}', 'json'],
    ['a duplicate name', '{"a":1,"a":2}', 'json'],
    ['a list', '[]', 'not_object'],
    ['the issuer', '{"iss":"x"}', 'reserved'],
    ['an expiry', '{"exp":1}', 'reserved'],
    ['a subject', '{"sub":"x"}', 'own_field'],
    ['a number that no double holds', '{"id":12345678901234567890}', 'inexact'],
    ['a number that would be minted as 0', '{"id":1e-400}', 'inexact'],
    ['a number with an exponent that no double holds', '{"id":1e21}', 'inexact'],
    ['a fraction that would be another integer', '{"id":9007199254740993.5}', 'inexact'],
  ])('is not minted with %s for claims', (_, claims, code) => {
    expect(faultsOf({ claims })).toEqual([code]);
    expect(readDraft(draft({ claims })).order).toBeNull();
  });

  it('takes a big number in quotes, and numbers that stay what they are', () => {
    expect(faultsOf({ claims: '{"id":"12345678901234567890","other":9007199254740991,"rate":0.1}' })).toEqual([]);
  });

  it('says where the JSON breaks, once', () => {
    const [fault] = readDraft(draft({ claims: '{\n  "team": shop\n}' })).faults;
    expect(fault && describeFault(fault)).toBe(
      'Not JSON at line 2, column 11: the JSON text has an unexpected character.',
    );
  });

  it('does not carry a claim into the prototype', () => {
    const { order } = readDraft(draft({ claims: '{"__proto__":{"admin":true}}' }));
    expect(Object.keys(order?.claims ?? {})).toEqual(['__proto__']);
  });
});

describe('a lifetime', () => {
  it.each([
    ['90', 90],
    ['90s', 90],
    ['5m', 300],
    ['5 min', 300],
    ['1h', 3_600],
    ['1d', 86_400],
    ['0', null],
    ['-1', null],
    ['1.5h', null],
    ['5 minutes', null],
    ['9999999999', null],
  ])('of %s is %j seconds', (text, seconds) => {
    expect(readLife(text)).toBe(seconds);
  });

  it('that is none is a fault of its field', () => {
    expect(readDraft(draft({ life: 'soon' })).faults).toMatchObject([{ field: 'life', code: 'life' }]);
  });
});
