import { describe, expect, it } from 'vitest';
import { encodePart, forgeToken, makeKey, replaceSegment } from '../../support/forge.ts';
import { goodClaims, judge, keySetOf } from './judge.ts';

const key = makeKey('ES256');
const keys = keySetOf(key);
const good = forgeToken(key, goodClaims());
const [header = '', payload = '', signature = ''] = good.split('.');
const json = JSON.stringify(goodClaims());

function reasonOf(token: string) {
  const verdict = judge(token, keys);
  expect(verdict.status).toBe('refused');
  return verdict.reason;
}

it('the token that these cases start from is accepted', () => {
  expect(judge(good, keys).status).toBe('accepted');
});

describe('a text that is no compact token', () => {
  it('J16: parameters in an unprotected header are refused', () => {
    const flattened = { payload, protected: header, signature, header: { crit: ['b64'], b64: false } };
    expect(reasonOf(JSON.stringify(flattened))).toBe('format');
  });

  it('J17: flattened and general JSON serialization are refused', () => {
    expect(reasonOf(JSON.stringify({ payload, protected: header, signature }))).toBe('format');
    expect(reasonOf(JSON.stringify({ payload, signatures: [{ protected: header, signature }] }))).toBe('format');
  });

  it('J17: a JSON text around a whole token (CVE-2022-39227) is refused', () => {
    expect(reasonOf(`{"x":"${good}"}`)).toBe('format');
    expect(reasonOf(`{"${header}.":1,"${payload}.${signature}":2}`)).toBe('format');
  });

  it.each([
    ['nothing', ''],
    ['one segment', header],
    ['two segments', `${header}.${payload}`],
    ['four segments', `${good}.${signature}`],
    ['five segments', `${good}.${signature}.${signature}`],
    ['only dots', '..'],
    ['a dot at the end', `${good}.`],
  ])('J18: %s is refused', (_name, text) => {
    expect(reasonOf(text)).toBe('format');
  });

  it('a token around a good token (RFC 7519 §5.2) is refused, whatever signed it', () => {
    for (const header of [{}, { cty: 'JWT' }]) expect(reasonOf(forgeToken(key, good, header))).toBe('format');
  });

  it('E9: an encrypted token is refused as not signed', () => {
    const jwe = `${encodePart({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`;
    expect(reasonOf(jwe)).toBe('not_signed');
  });
});

describe('a character outside the alphabet', () => {
  const insertions: [string, string][] = [' ', '\t', '\r', '\n'].flatMap((space): [string, string][] => [
    [
      `${JSON.stringify(space)} in the header`,
      replaceSegment(good, 0, (part) => `${part.slice(0, 4)}${space}${part.slice(4)}`),
    ],
    [
      `${JSON.stringify(space)} in the payload`,
      replaceSegment(good, 1, (part) => `${part.slice(0, 4)}${space}${part.slice(4)}`),
    ],
    [
      `${JSON.stringify(space)} in the signature`,
      replaceSegment(good, 2, (part) => `${part.slice(0, 4)}${space}${part.slice(4)}`),
    ],
    [`${JSON.stringify(space)} in front`, `${space}${good}`],
    [`${JSON.stringify(space)} at the end`, `${good}${space}`],
  ]);

  it.each(insertions)('J19: %s is refused', (_name, token) => {
    expect(reasonOf(token)).toBe('charset');
  });

  it.each(['=', '=='])('J20: %j as padding is refused in each segment', (padding) => {
    for (const index of [0, 1, 2] as const) {
      expect(reasonOf(replaceSegment(good, index, (part) => part + padding))).toBe('charset');
    }
  });

  it.each(['+', '/', '%2E', '%', '~'])('J22: %j is refused', (text) => {
    expect(reasonOf(replaceSegment(good, 2, (part) => `${part.slice(0, -1)}${text}`))).toBe('charset');
  });

  it('J22: a URL-encoded token is refused', () => {
    expect(reasonOf(good.replaceAll('.', '%2E'))).toBe('charset');
  });

  it.each([
    ['a zero-width space', '\u200b'],
    ['a soft hyphen', '\u00ad'],
    ['a right-to-left mark', '\u200f'],
    ['a Cyrillic letter', '\u0435'],
    ['a letter whose low byte is in the alphabet', '\u0161'],
    ['an emoji', '😀'],
  ])('J23: %s is refused and its place named', (_name, character) => {
    const verdict = judge(
      replaceSegment(good, 1, (part) => `${character}${part}`),
      keys,
    );
    expect(verdict.reason).toBe('charset');
    const codePoint = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    expect(verdict.checks[0]?.detail).toContain(`U+${codePoint} at offset ${header.length + 1}`);
  });

  it('J23: a full-width dot is refused', () => {
    expect(reasonOf(good.replace('.', '\uff0e'))).toBe('charset');
  });

  it.each(['Bearer ', '"', 'token='])('J24: %j in front is refused', (prefix) => {
    expect(reasonOf(`${prefix}${good}`)).toBe('charset');
  });
});

describe('another spelling of the same bytes', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const raiseLast = (part: string) => part.slice(0, -1) + alphabet[alphabet.indexOf(part.slice(-1)) + 1];

  it('J21: trailing bits that belong to no byte are refused in each segment', () => {
    // One byte past a multiple of three leaves four unused bits.
    const pad = (text: string) => text + ' '.repeat((4 - (text.length % 3)) % 3);
    const spaced = forgeToken(key, pad(json), pad('{"alg":"ES256","kid":"key-1"}'));
    for (const index of [0, 1, 2] as const) {
      const part = spaced.split('.')[index] ?? '';
      expect(part.length % 4).toBe(2);
      expect(reasonOf(replaceSegment(spaced, index, raiseLast))).toBe('noncanonical');
    }
  });

  it('J21: a length that no bytes have is refused', () => {
    expect(reasonOf(replaceSegment(good, 2, (part) => `${part}AAA`))).toBe('noncanonical');
  });
});

describe('a payload that is not the JSON object that a JWT is', () => {
  it.each(['[]', '"x"', 'null', '1', ''])('J25: %j is refused', (text) => {
    expect(reasonOf(forgeToken(key, text))).toBe('payload_not_object');
  });

  it.each(['[]', '"x"', 'null', '1', ''])('J25: a header %j is refused', (text) => {
    expect(reasonOf(forgeToken(key, goodClaims(), text))).toBe('format');
  });

  it.each(['sub', 'iss', 'exp', 'aud'])('J26: a second %s is refused', (name) => {
    expect(reasonOf(forgeToken(key, `{${JSON.stringify(name)}:1,${json.slice(1)}`))).toBe('duplicate_key');
  });

  it.each([
    ['nested', `{"a":{"b":1,"c":2,"b":3},${json.slice(1)}`],
    ['in a list', `{"a":[{"b":1,"b":1}],${json.slice(1)}`],
    ['escaped', `{"s\\u0075b":"root",${json.slice(1)}`],
  ])('J26: a duplicate key %s is refused', (_name, text) => {
    expect(reasonOf(forgeToken(key, text))).toBe('duplicate_key');
  });

  it.each(['{"alg":"none","alg":"ES256","kid":"key-1"}', '{"alg":"ES256","al\\u0067":"ES256","kid":"key-1"}'])(
    'J26: a second alg in the header is refused: %s',
    (text) => {
      expect(reasonOf(forgeToken(key, goodClaims(), text))).toBe('duplicate_key');
    },
  );

  it('J27: names of the object prototype are plain data', () => {
    const text = `{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"toString":"x",${json.slice(1)}`;
    const verdict = judge(forgeToken(key, text), keys);
    expect(verdict.status).toBe('accepted');
    expect(Object.hasOwn(verdict.claims ?? {}, '__proto__')).toBe(true);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('J28: a byte order mark is refused', () => {
    expect(reasonOf(forgeToken(key, `\ufeff${json}`))).toBe('utf8');
    expect(reasonOf(forgeToken(key, goodClaims(), '\ufeff{"alg":"ES256"}'))).toBe('utf8');
  });

  it.each([
    ['a lone continuation byte', Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0x80]), Buffer.from('"}')])],
    ['an overlong form', Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')])],
    [
      'an encoded surrogate',
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    ],
    ['UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(json, 'utf16le')])],
  ])('J29: %s is refused', (_name, bytes) => {
    expect(reasonOf(forgeToken(key, bytes))).toBe('utf8');
  });

  // UTF-16 and UTF-32 of ASCII without a mark are valid UTF-8 full of NULs: no UTF-8 fault, but no JSON either.
  it('J29: UTF-16 and UTF-32 without a mark are refused', () => {
    expect(reasonOf(forgeToken(key, Buffer.from(json, 'utf16le')))).toBe('format');
    expect(reasonOf(forgeToken(key, Buffer.from([...json].map((letter) => `\0\0\0${letter}`).join(''))))).toBe(
      'format',
    );
  });

  it.each(['sub', 'iss', 'aud'])('J30: half a surrogate pair in %s is refused', (name) => {
    for (const half of ['\\ud800', '\\udc00', '\\ud800x', '\\udc00\\ud800']) {
      const text = JSON.stringify(goodClaims({ [name]: undefined })).replace('{', `{"${name}":"${half}",`);
      expect(reasonOf(forgeToken(key, text))).toBe('unicode');
    }
  });

  it.each(['\0', 'x', '{}', ','])('J31: %j behind the JSON is refused', (garbage) => {
    expect(reasonOf(forgeToken(key, `${json}${garbage}`))).toBe('format');
  });
});

describe('a token that is too much', () => {
  it('J52: 16 KiB are read, one character more is refused', () => {
    const base = forgeToken(key, goodClaims({ pad: '' })).length;
    let pad = Math.floor(((16_384 - base) * 3) / 4);
    while (forgeToken(key, goodClaims({ pad: 'x'.repeat(pad) })).length > 16_384) pad--;
    expect(judge(forgeToken(key, goodClaims({ pad: 'x'.repeat(pad) })), keys).status).toBe('accepted');
    expect(reasonOf(forgeToken(key, goodClaims({ pad: 'x'.repeat(pad + 3) })))).toBe('too_large');
  });

  it.each([64, 65, 1000])('J53: %i levels are judged by depth', (depth) => {
    const text = json.replace('{', `{"deep":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)},`);
    const verdict = judge(forgeToken(key, text), keys);
    expect(verdict.reason).toBe(depth > 64 ? 'depth' : null);
  });

  it('J53: a million levels are refused before they are read', () => {
    expect(reasonOf(forgeToken(key, '['.repeat(1_000_000)))).toBe('too_large');
  });

  it('J54: a million dots, audiences or claims are refused', () => {
    expect(reasonOf('.'.repeat(1_000_000))).toBe('too_large');
    expect(reasonOf(forgeToken(key, goodClaims({ aud: new Array(1_000_000).fill('a') })))).toBe('too_large');
    const claims = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`c${index}`, 1]));
    expect(reasonOf(forgeToken(key, { ...goodClaims(), ...claims }))).toBe('too_large');
  });
});
