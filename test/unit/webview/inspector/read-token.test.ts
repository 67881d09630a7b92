import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findNestedTokens } from '../../../../webview/inspector/find-nested.ts';
import { readTokenView, type TokenView } from '../../../../webview/inspector/read-token.ts';
import { encodePart, type RawPart } from '../../../support/forge.ts';

const forge = (header: RawPart, claims: RawPart) => `${encodePart(header)}.${encodePart(claims)}.c2ln`;
const HEADER = { alg: 'RS256', typ: 'JWT' };

const claimsOf = (view: TokenView) => view.payload?.members ?? [];

describe('the claims of a token', () => {
  it('keep both of two with one name, and every digit', () => {
    const view = readTokenView(forge(HEADER, '{"sub":"first","sub":"second","big":12345678901234567890}'));
    expect(claimsOf(view).map(({ name, raw, isRepeated }) => [name, raw, isRepeated])).toEqual([
      ['sub', '"first"', true],
      ['sub', '"second"', true],
      ['big', '12345678901234567890', false],
    ]);
  });

  it('have their meaning and who defines it, where it is known', () => {
    const [iss, own] = claimsOf(readTokenView(forge(HEADER, { iss: 'a', my_own: 1 })));
    expect(iss?.meaning?.source).toBe('RFC 7519 §4.1');
    expect(own?.meaning).toBeNull();
  });

  it.each([
    ['exp', 1_800_000_000, 1_800_000_000],
    ['exp', 1_800_000_000_000, null],
    ['exp', -1, null],
    ['exp', '1800000000', null],
    ['expires', 1_800_000_000, null],
  ])('%s of %j is an instant only if it is one: %j', (name, value, instant) => {
    expect(claimsOf(readTokenView(forge(HEADER, { [name]: value })))[0]?.instant).toBe(instant);
  });

  it('alone say when: in a header such a name is no time', () => {
    const { header } = readTokenView(forge({ ...HEADER, exp: 1_800_000_000 }, {}));
    expect(header?.members?.find(({ name }) => name === 'exp')?.instant).toBeNull();
  });

  it('are none where the payload is no object, which still is shown as text', () => {
    const view = readTokenView(forge(HEADER, 'not json'));
    expect(view.payload).toMatchObject({ text: 'not json', members: null });
  });

  it('are found in the characters that carry them, whatever they are', () => {
    const claims = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue(), { minKeys: 1 });
    fc.assert(
      fc.property(claims, (object) => {
        const token = forge(HEADER, object);
        const { payload } = readTokenView(token);
        for (const { span, start, end } of payload?.members ?? []) {
          const from = (span?.start ?? 0) - (payload?.part.start ?? 0);
          const aligned = token.slice((payload?.part.start ?? 0) + Math.floor(from / 4) * 4, span?.end);
          expect(Buffer.from(aligned, 'base64url').toString()).toContain(payload?.text.slice(start, end));
        }
      }),
    );
  });

  it('are not placed in a token that had to be repaired', () => {
    const token = forge(HEADER, { sub: 'me' });
    const broken = `${token.slice(0, 40)} ${token.slice(40)}`;
    expect(claimsOf(readTokenView(broken)).map(({ span }) => span)).toEqual([null]);
  });
});

describe('any text', () => {
  it('is read without a throw', () => {
    fc.assert(fc.property(fc.string(), (text) => void readTokenView(text)));
    fc.assert(fc.property(fc.string(), fc.string(), (header, claims) => void readTokenView(forge(header, claims))));
  });

  it('is not read beyond the limit', () => {
    expect(readTokenView('a'.repeat(300_000)).decoded.findings[0]?.code).toBe('too_large');
  });
});

describe('an encrypted token', () => {
  it('has five parts, and an alg that means another thing', () => {
    const view = readTokenView(`${encodePart({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })}.a2V5.aXY.Y2lwaGVy.dGFn`);
    expect(view.decoded.parts).toHaveLength(5);
    expect(view.payload).toBeNull();
    expect(view.header?.members?.[0]?.meaning?.source).toBe('RFC 7516 §4.1');
  });
});

describe('tokens inside a token', () => {
  const inner = forge(HEADER, { sub: 'inner' });

  it('are found in a claim, however deep, with the way to it', () => {
    const view = readTokenView(forge(HEADER, { act: { list: ['no', inner] } }));
    expect(findNestedTokens(view)).toEqual([{ path: ['act', 'list', '1'], token: inner }]);
  });

  it('are found where the whole payload is one', () => {
    expect(findNestedTokens(readTokenView(forge({ ...HEADER, cty: 'JWT' }, inner)))).toEqual([
      { path: ['payload'], token: inner },
    ]);
  });

  it('are bounded in number', () => {
    expect(findNestedTokens(readTokenView(forge(HEADER, { all: Array(100).fill(inner) })))).toHaveLength(16);
  });
});
