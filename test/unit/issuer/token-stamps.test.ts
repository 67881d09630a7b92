import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createTokenStamps } from '../../../daemon/issuer/token-stamps.ts';
import { START } from './setup.ts';

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('a jti is a UUIDv7 of its time', () => {
  const { jti } = createTokenStamps(randomBytes).next(START);
  expect(jti).toMatch(UUID7);
  expect(Number.parseInt(jti.replaceAll('-', '').slice(0, 12), 16)).toBe(START);
});

test('the bits that are not time and version come from the injected randomness', () => {
  const stamps = createTokenStamps((size) => new Uint8Array(size).fill(0xff));
  expect(stamps.next(0x0123456789ab).jti).toBe('01234567-89ab-77ff-bfff-ffffffffffff');
});

test('20,000 stamps of one millisecond differ and are in order', () => {
  const stamps = createTokenStamps(randomBytes);
  const jtis = Array.from({ length: 20_000 }, () => stamps.next(START).jti);
  expect(new Set(jtis).size).toBe(jtis.length);
  expect([...jtis].sort()).toEqual(jtis);
  expect(jtis.every((jti) => UUID7.test(jti))).toBe(true);
});

test('neither iat nor jti goes back when the clock does', () => {
  const stamps = createTokenStamps(randomBytes);
  const before = stamps.next(START);
  const after = stamps.next(START - 3_600_000);
  expect(after.issuedAt).toBe(before.issuedAt);
  expect(after.jti > before.jti).toBe(true);
  expect(stamps.next(START + 1_999).issuedAt).toBe(START / 1_000 + 1);
});

test('both follow a clock that was set back on purpose', () => {
  const stamps = createTokenStamps(randomBytes);
  stamps.next(START);
  stamps.followClock();
  expect(stamps.next(START - 5_000).issuedAt).toBe(START / 1_000 - 5);
});
