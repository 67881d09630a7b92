import { expect, test } from 'vitest';
import { parseInstant } from '../../../../daemon/cli/options/parse-instant.ts';

test.each([
  ['2027-01-01', '2027-01-01T00:00:00.000Z'],
  ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ['2027-01-01T09:30:00Z', '2027-01-01T09:30:00.000Z'],
  ['2027-01-01T09:30:00.5+02:00', '2027-01-01T07:30:00.500Z'],
])('%s is an instant', (text, instant) => {
  expect(parseInstant(text)).toBe(instant);
});

test.each([
  '',
  'tomorrow',
  '2027',
  '2027-13-01',
  '2027-02-30',
  '2027-01-01T09:30',
  '2027-01-01 09:30:00',
  '12027-01-01',
])('%j is none', (text) => {
  expect(() => parseInstant(text)).toThrow(expect.objectContaining({ code: 'usage' }));
});
