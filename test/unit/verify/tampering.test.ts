import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forgeToken, makeKey } from '../../support/forge.ts';
import { goodClaims, judge, keySetOf } from './judge.ts';

describe.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const)('an accepted %s token', (alg) => {
  const key = makeKey(alg);
  const keys = keySetOf(key);
  const token = forgeToken(key, goodClaims());

  it('is accepted', () => {
    expect(judge(token, keys).status).toBe('accepted');
  });

  it('is never accepted with any one character changed', () => {
    const change = fc.tuple(fc.nat(token.length - 1), fc.integer({ min: 0, max: 0x17f }));
    fc.assert(
      fc.property(change, ([at, unit]) => {
        fc.pre(token.charCodeAt(at) !== unit);
        const changed = token.slice(0, at) + String.fromCharCode(unit) + token.slice(at + 1);
        return judge(changed, keys).status === 'refused';
      }),
      { numRuns: 1500 },
    );
  });

  it('is never accepted with a character more or less', () => {
    fc.assert(
      fc.property(fc.nat(token.length), fc.constantFrom('A', '_', '.', '=', ' ', '\n', ''), (at, text) => {
        const changed = token.slice(0, at) + text + token.slice(text === '' ? at + 1 : at);
        fc.pre(changed !== token);
        return judge(changed, keys).status === 'refused';
      }),
      { numRuns: 500 },
    );
  });
});

describe('any text at all', () => {
  const key = makeKey('ES256');
  const keys = keySetOf(key);

  it('is judged without an exception', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => judge(text, keys).status === 'refused'),
    );
  });

  it('is judged without an exception as header and payload of a signed token', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()), (payload, header) => {
        const verdict = judge(forgeToken(key, JSON.stringify(payload), header), keys);
        return verdict.checks.length === 12 && verdict.status === 'refused';
      }),
      { numRuns: 300 },
    );
  });
});
