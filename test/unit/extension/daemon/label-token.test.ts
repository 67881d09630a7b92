import { expect, it } from 'vitest';
import { labelToken } from '../../../../extension/daemon/label-token.ts';

it.each([
  ['its subject and the end of its jti', { sub: 'repo:acme/shop', jti: '0123456789abcdef' }, 'repo:acme/shop …abcdef'],
  ['its subject alone', { sub: 'repo:acme/shop' }, 'repo:acme/shop'],
  ['no claims', null, 'token'],
  ['claims of other kinds', { sub: 7, jti: ['x'] }, 'token'],
  ['a subject only by inheritance', Object.create({ sub: 'x' }) as Record<string, unknown>, 'token'],
  ['a long subject, cut', { sub: 'x'.repeat(500) }, `${'x'.repeat(48)}…`],
])('a token is called by %s', (_name, claims, label) => {
  expect(labelToken(claims)).toBe(label);
});

it('a label cannot write a link, an icon or a line of its own', () => {
  const hostile = '[x](command:evil) <img src=x> $(key)\n`a`\u202e\u0007';
  expect(labelToken({ sub: hostile, jti: hostile })).not.toMatch(/[[\]()<>`$\n\u202e]|\p{Cc}/u);
});
