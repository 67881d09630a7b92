import { expect, test } from 'vitest';
import { describeToken } from '../../../extension/features/describe-token.ts';

const NOW = 1_800_000_000;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const forge = (header: unknown, claims: unknown) => `${encode(header)}.${encode(claims)}.c2ln`;

test('a token is shown with header, claims and times in words, as not verified', () => {
  const text = describeToken(forge({ alg: 'RS256' }, { sub: 'me', exp: NOW + 240 }), NOW);
  expect(text).toContain('**not verified**');
  expect(text).toContain('"alg": "RS256"');
  expect(text).toContain('"sub": "me"');
  expect(text).toContain('| exp | 2027-01-15T08:04:00Z | expires in 4 min |');
});

test('what is odd about it is listed', () => {
  expect(describeToken(forge({ alg: 'none' }, {}), NOW)).toContain('`alg_none`');
});

test.each([
  ['nothing', ''],
  ['a word', 'hello'],
  ['broken base64url', 'e.e.e'],
  ['a million dots', '.'.repeat(1_000_000)],
])('%s is described, not thrown over', (_, text) => {
  expect(describeToken(text, NOW)).toContain('## Findings');
});

test('a claim can neither end the code block nor write a link', () => {
  const claims = { a: '\n```\n[click](command:evil)', exp: '![x](http://evil.example)' };
  const text = describeToken(forge({ alg: 'RS256' }, claims), NOW);
  expect(text.match(/^```/gm)).toHaveLength(4);
  expect(text).not.toMatch(/^- .*[^\\]\]\(/m);
});
