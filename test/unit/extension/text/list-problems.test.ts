import { describe, expect, test } from 'vitest';
import {
  capSeverity,
  listTokenProblems,
  looksReal,
  SEVERITIES,
} from '../../../../extension/features/text/list-problems.ts';
import { readFacts } from '../../../../extension/features/text/token-facts.ts';
import { DAY, makeEncrypted, makeToken, NOW } from './make-token.ts';

const list = (token: string) => listTokenProblems(readFacts(token), NOW).map(({ code, severity }) => [code, severity]);

test.each([
  ['a token as it should be', makeToken(), []],
  ['an encrypted one', makeEncrypted(), []],
  ['an expired one', makeToken({ iat: NOW - 9, exp: NOW - 1 }), [['expired', 'warning']]],
  ['one that nobody signed', makeToken({}, { alg: 'none' }), [['alg_none', 'error']]],
  ['none in another spelling', makeToken({}, { alg: 'nOnE' }), [['alg_invalid', 'error']]],
  ['a header with a key', makeToken({}, { jwk: { kty: 'EC' } }), [['key_in_header', 'warning']]],
  ['a header with two keys', makeToken({}, { jku: 'https://a', x5u: 'https://b' }), [['key_in_header', 'warning']]],
  ['a very long life', makeToken({ exp: NOW + 400 * DAY }), [['long_life', 'information']]],
  ['no end', makeToken({ exp: undefined }), [['exp_missing', 'information']]],
  ['a name that is there twice', makeToken(`{"sub":"a","sub":"b","exp":${NOW + 9}}`), [['duplicate_key', 'error']]],
  ['claims that are no object', makeToken('7'), [['payload_not_object', 'error']]],
  ['claims that are no JSON', makeToken('{'), [['format', 'error']]],
  ['no signature', `${makeToken().split('.').slice(0, 2).join('.')}.`, [['signature_empty', 'error']]],
])('%s', (_, token, problems) => expect(list(token)).toEqual(problems));

test('the gravest comes first', () => {
  expect(list(makeToken({ iat: NOW - 9, exp: NOW - 1 }, { alg: 'none', jku: 'x' })).map(([code]) => code)).toEqual([
    'alg_none',
    'expired',
    'key_in_header',
  ]);
});

test.each([
  ['an expired token', { iat: NOW - 9, exp: NOW - 1 }],
  ['a token with a very long life', { exp: NOW + 4_000 * DAY }],
  ['one that does not say since when', { iat: undefined, exp: NOW + 4_000 * DAY }],
])('the words about %s stay true as time passes', (_, claims) => {
  const facts = readFacts(makeToken(claims));
  const [now, later] = [NOW, NOW + 500 * DAY].map((at) => listTokenProblems(facts, at));
  expect(now).not.toEqual([]);
  expect(later).toEqual(now);
});

describe('the setting is the highest severity', () => {
  test.each(SEVERITIES)('%s', (highest) => {
    const shown = SEVERITIES.map((severity) => SEVERITIES.indexOf(capSeverity(severity, highest)));
    expect(Math.min(...shown)).toBe(SEVERITIES.indexOf(highest));
    expect(capSeverity('hint', highest)).toBe('hint');
  });
});

test.each([
  ['one of a known issuer that lives', { iss: 'https://gitlab.com' }, true],
  ['one of a known issuer without an end', { iss: 'https://gitlab.com', exp: undefined }, true],
  ['one of a known issuer that is over', { iss: 'https://gitlab.com', exp: NOW }, false],
  ['one of the local issuer', { iss: 'http://localhost:6468/issuers/default' }, false],
])('%s opens a real door: %s', (_, claims, real) => expect(looksReal(readFacts(makeToken(claims)), NOW)).toBe(real));
