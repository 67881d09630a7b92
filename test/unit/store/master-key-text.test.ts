import { expect, it } from 'vitest';
import { parseMasterKeyText } from '../../../daemon/store/master-key-text.ts';

const writeSealed = (change: Readonly<Record<string, unknown>>) => {
  const sealed = { kdf: 'scrypt', N: 131_072, r: 8, p: 1, salt: 'A'.repeat(22), ciphertext: 'A'.repeat(80), ...change };
  return JSON.stringify({ version: 1, keys: [{ id: 'a', createdAt: '2026-11-22T15:00:00Z', sealed }] });
};

it.each([131_072, 262_144, 524_288])('reads a key that is sealed at the scrypt cost %d', (N) => {
  expect(parseMasterKeyText(writeSealed({ N }))).toEqual([
    expect.objectContaining({ sealed: expect.objectContaining({ N }) }),
  ]);
});

it.each([
  ['N', 65_536],
  ['N', 131_073],
  ['N', 1_048_576],
  ['N', 2 ** 40],
  ['N', '131072'],
  ['N', [131_072]],
  ['N', null],
  ['r', 16],
  ['p', 2],
  ['kdf', 'pbkdf2'],
  ['salt', 'A'.repeat(21)],
  ['salt', 'A'.repeat(87)],
  ['ciphertext', 'A'.repeat(39)],
  ['ciphertext', `${'A'.repeat(79)}=`],
  ['more', 1],
])('refuses the work and the form of a seal with %s: %j', (name, value) => {
  expect(() => parseMasterKeyText(writeSealed({ [name]: value }))).toThrow('not of its form');
});
