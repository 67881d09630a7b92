import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createTokenStamps } from '../../../daemon/issuer/token-stamps.ts';
import { createControllableClock } from '../../../daemon/live/clock.ts';
import { START } from './setup.ts';

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function setUp(random = (size: number): Uint8Array => randomBytes(size)) {
  const machine = { time: START };
  const clock = createControllableClock(() => machine.time);
  return { machine, clock, stamps: createTokenStamps(clock, random) };
}

test('a jti is a UUIDv7 of its time', () => {
  const { jti } = setUp().stamps.next();
  expect(jti).toMatch(UUID7);
  expect(Number.parseInt(jti.replaceAll('-', '').slice(0, 12), 16)).toBe(START);
});

test('the bits that are not time and version come from the injected randomness', () => {
  const { stamps, machine } = setUp((size) => new Uint8Array(size).fill(0xff));
  machine.time = 0x0123456789ab;
  expect(stamps.next().jti).toBe('01234567-89ab-77ff-bfff-ffffffffffff');
});

test('no two jtis share their randomness, however many are made of what was drawn at once', () => {
  let drawn = 0;
  const { stamps } = setUp((size) => Uint8Array.from({ length: size }, () => Math.floor(drawn++ / 10) % 256));
  const last = Array.from({ length: 256 }, () => stamps.next().jti.slice(-12));
  expect(new Set(last).size).toBe(256);
  expect(drawn).toBeGreaterThanOrEqual(2_560);
});

test('20,000 stamps of one millisecond differ and are in order', () => {
  const { stamps } = setUp();
  const jtis = Array.from({ length: 20_000 }, () => stamps.next().jti);
  expect(new Set(jtis).size).toBe(jtis.length);
  expect([...jtis].sort()).toEqual(jtis);
  expect(jtis.every((jti) => UUID7.test(jti))).toBe(true);
});

test('neither iat nor jti goes back when the machine’s clock does (J58)', () => {
  const { stamps, machine } = setUp();
  const before = stamps.next();
  machine.time -= 3_600_000;
  const after = stamps.next();
  expect(after.issuedAt).toBe(before.issuedAt);
  expect(after.jti > before.jti).toBe(true);
  machine.time = START + 1_999;
  expect(stamps.next().issuedAt).toBe(START / 1_000 + 1);
});

test('both follow a clock that was set back on purpose', () => {
  const { stamps, clock } = setUp();
  stamps.next();
  clock.freeze(START - 5_000);
  const { jti, issuedAt } = stamps.next();
  expect(issuedAt).toBe(START / 1_000 - 5);
  expect(Number.parseInt(jti.replaceAll('-', '').slice(0, 12), 16)).toBe(START - 5_000);
});

test.each([-1, -62_135_596_800_000])('a jti has its form also at %i ms, before the epoch', (ms) => {
  const { stamps, clock } = setUp();
  clock.freeze(ms);
  const jtis = [stamps.next().jti, stamps.next().jti];
  for (const jti of jtis) expect(jti).toMatch(UUID7);
  expect(new Set(jtis).size).toBe(2);
});
