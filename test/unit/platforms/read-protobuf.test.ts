import { expect, test } from 'vitest';
import { readProtobuf } from '../../../daemon/platforms/read-protobuf.ts';

const read = (hex: string) => readProtobuf(Buffer.from(hex, 'hex').toString('latin1'));

test('fields are found by their number, with the last one of several', () => {
  // 1: 150, 2: "testing", 2: "é", 3 (I32): skipped, 4 (I64): skipped, 5: -1
  const message = read('089601120774657374696e671202c3a91d01020304210102030405060708' + '28ffffffffffffffffff01');
  expect(message?.numberOf(1)).toBe(150);
  expect(message?.bytesOf(2)).toHaveLength(2);
  expect(message?.textOf(2)).toBe('é');
  expect(message?.numberOf(5)).toBe(-1);
  expect([message?.textOf(9), message?.numberOf(9), message?.bytesOf(9)]).toEqual([undefined, undefined, []]);
});

test('a field that is repeated very often takes no longer than as many fields', () => {
  expect(read('0a00'.repeat(200_000))?.bytesOf(1)).toHaveLength(200_000);
});

test('nothing is a message without fields', () => {
  expect(read('')?.bytesOf(1)).toEqual([]);
});

test.each([
  ['ends in a tag', '80'],
  ['ends in a number', '0880'],
  ['ends in a text', '120774'],
  ['ends in a fixed number', '1d0102'],
  ['has a field 0', '0001'],
  ['has a group', '0b'],
  ['has a number of eleven bytes', `08${'80'.repeat(10)}01`],
  ['has a length beyond all bounds', `12${'ff'.repeat(9)}01`],
])('what %s is none', (_, hex) => {
  expect(read(hex)).toBeNull();
});
