import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64url, repairBase64url } from '../../../daemon/token/base64url.ts';

describe('base64url', () => {
  it('decodes what others encode', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(decodeBase64url(Buffer.from(bytes).toString('base64url'))).toEqual(bytes);
      }),
    );
  });

  it('has exactly one spelling for any bytes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8, unit: fc.constantFrom(...'AQgwBCDEabc019-_') }), (text) => {
        let decoded: Uint8Array;
        try {
          decoded = decodeBase64url(text);
        } catch {
          return;
        }
        expect(Buffer.from(decoded).toString('base64url')).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['A', 'AB', 'AAB', 'AAAAA', '_x'])('refuses %j, which is not canonical', (text) => {
    expect(() => decodeBase64url(text)).toThrow(expect.objectContaining({ code: 'noncanonical' }));
  });

  it.each([
    ['AA==', 2],
    ['A+AA', 1],
    ['AA/A', 2],
    ['AA A', 2],
    ['AAAAAA\n', 6],
    ['AAAA\u0141', 4],
    ['AA\u{1f600}', 2],
  ])('refuses %j at offset %i', (text, offset) => {
    expect(() => decodeBase64url(text)).toThrow(expect.objectContaining({ code: 'charset', offset }));
  });

  it('decodes a part of a text, with offsets in the whole', () => {
    expect(decodeBase64url('??AQID??', 2, 6)).toEqual(Uint8Array.of(1, 2, 3));
    expect(() => decodeBase64url('AAAA.A*AA', 5)).toThrow(expect.objectContaining({ offset: 6 }));
  });

  it.each([
    ['AQI=', 'AQI'],
    ['-_+/', '-_-_'],
    ['A Q\nI', 'AQI'],
    ['AQJ', 'AQI'],
    ['Af', 'AQ'],
    ['AQIDx', 'AQID'],
  ])('repairs %j to %j for display', (text, repaired) => {
    expect(repairBase64url(text)).toBe(repaired);
    expect(() => decodeBase64url(repaired)).not.toThrow();
  });
});
