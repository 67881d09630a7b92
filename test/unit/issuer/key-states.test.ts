import { expect, test } from 'vitest';
import { compareKeys, isPublished, nextKeyState } from '../../../daemon/issuer/key-states.ts';
import { KEY_STATES } from '../../../daemon/protocol/resources.ts';

test.each([
  ['next', 'activate', 'active'],
  ['active', 'supersede', 'retiring'],
  ['next', 'supersede', 'retiring'],
  ['next', 'retire', 'retired'],
  ['retiring', 'retire', 'retired'],
  ['next', 'revoke', 'revoked'],
  ['active', 'revoke', 'revoked'],
  ['retiring', 'revoke', 'revoked'],
  ['retired', 'revoke', 'revoked'],
  ['revoked', 'revoke', 'revoked'],
] as const)('%s + %s → %s', (state, action, after) => {
  expect(nextKeyState(state, action)).toBe(after);
});

test.each([
  ['active', 'activate', 'key_active'],
  ['active', 'retire', 'key_active'],
  ['retiring', 'activate', 'key_state'],
  ['retired', 'activate', 'key_state'],
  ['revoked', 'activate', 'key_state'],
  ['retired', 'retire', 'key_state'],
  ['revoked', 'retire', 'key_state'],
  ['retiring', 'supersede', 'key_state'],
  ['retired', 'supersede', 'key_state'],
  ['revoked', 'supersede', 'key_state'],
] as const)('%s + %s is refused with %s', (state, action, code) => {
  expect(() => nextKeyState(state, action)).toThrow(expect.objectContaining({ code }));
});

test('a step that there is not is refused in words that name it', () => {
  expect(() => nextKeyState('retired', 'plan')).toThrow('A key that is retired cannot be planned to sign later');
  expect(() => nextKeyState('revoked', 'activate')).toThrow('A key that is revoked cannot be activated');
});

test('only keys that sign, will sign or signed lately are published', () => {
  expect(KEY_STATES.filter(isPublished)).toEqual(['next', 'active', 'retiring']);
});

test('the active key comes first, then by state, then the newest', () => {
  const keys = KEY_STATES.flatMap((state, index) => [
    { state, id: index },
    { state, id: index + 10 },
  ]);
  expect(keys.sort(compareKeys).map((key) => `${key.state} ${key.id}`)).toEqual([
    'active 11',
    'active 1',
    'next 10',
    'next 0',
    'retiring 12',
    'retiring 2',
    'retired 13',
    'retired 3',
    'revoked 14',
    'revoked 4',
  ]);
});
