import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTokens } from '../../../daemon/token/find-tokens.ts';
import { encodePart, forgeToken, makeKey } from '../../support/forge.ts';
import { measureGrowth } from './growth.ts';

const key = makeKey('ES256');
const token = forgeToken(key, { sub: 'x' });
const jwe = `${encodePart({ alg: 'dir', enc: 'A256GCM' })}..AAAA.BBBB.CCCC`;
const textsIn = (text: string) => findTokens(text).map(({ start, end }) => text.slice(start, end));

describe('finding tokens', () => {
  it.each([
    ['alone', token, token],
    ['in a header', `Authorization: Bearer ${token}\n`, token],
    ['in quotes', `{"id_token":"${token}"}`, token],
    ['at the end of a sentence', `It is ${token}. See`, token],
    ['behind letters', `token%3D${token}`, token],
    ['behind letters that look like a header', `eyJ${token}`, token],
    [
      'unsigned',
      `${encodePart({ alg: 'none' })}.${encodePart({})}.`,
      `${encodePart({ alg: 'none' })}.${encodePart({})}.`,
    ],
    [
      'pretty-printed',
      forgeToken(key, {}, '{\n "alg": "ES256"}'),
      forgeToken(key, {}, '{\n "alg": "ES256"}').slice(0, 20),
    ],
    ['spaced', forgeToken(key, {}, '{ "alg": "ES256"}'), forgeToken(key, {}, '{ "alg": "ES256"}').slice(0, 20)],
    ['encrypted', `x ${jwe} y`, jwe],
  ])('works for one %s', (_name, text, found) => {
    const [first, ...more] = textsIn(text);
    expect(first?.startsWith(found)).toBe(true);
    expect(more).toEqual([]);
  });

  it('tells signed from encrypted', () => {
    expect(findTokens(`${token} ${jwe}`).map(({ kind }) => kind)).toEqual(['jws', 'jwe']);
  });

  it('finds each of many', () => {
    expect(textsIn(`${token}\n`.repeat(500))).toEqual(new Array(500).fill(token));
    expect(findTokens(`${token} `.repeat(500), 3)).toHaveLength(3);
  });

  it.each([
    'eyJhbGciOiJFUzI1NiJ9',
    `${encodePart({ alg: 'ES256' })}.${encodePart({})}`,
    `${encodePart({ typ: 'JWT-without-alg' })}.AAAA.AAAA`,
    `${encodePart({ alg: 7, typ: 'JWT' })}.AAAA.AAAA`,
    `${encodePart('{"alg":"ES256"')}.AAAA.AAAA`,
    `${encodePart({ alg: 'dir', enc: 'A256GCM' })}.AAAA.AAAA`,
    'eyJ.eyJ.eyJ',
    '',
  ])('finds none in %j', (text) => {
    expect(findTokens(text)).toEqual([]);
  });

  it('finds a token between any two texts', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const text = `${before} ${token} ${after}`;
        expect(textsIn(text)).toContain(token);
      }),
    );
  });

  it('takes time in proportion to any text', () => {
    const worst = ['eyJ', '.eyJ', 'eyJhbGciOiJI.', 'eyJhbGciOi', `${encodePart({ alg: 'x' })}.`, '.', 'J'];
    for (const piece of worst) expect([piece, measureGrowth(piece, findTokens) < 100]).toEqual([piece, true]);
  });
});
