/** Numbers in [0, 1) that depend on the seed alone, so that a failure can be repeated (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Random = () => number;

export function pickFrom<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)] as T;
}

const SPLINTERS = [
  ...[
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'toString',
    '\0',
    '\r\n',
    '\n',
    '\r\n\r\n',
    '\t',
    ' ',
    '%00',
    '%2e%2e',
  ],
  ...[
    '//',
    '\\',
    '..',
    '?',
    '#',
    '@',
    ';',
    ',',
    ':',
    '"',
    '{',
    '[',
    ']',
    '}',
    '-1',
    '1e999',
    '9007199254740993',
    'NaN',
  ],
  ...[
    'null',
    'true',
    '\ufeff',
    '\ud800',
    'ÿ',
    '😀',
    'chunked',
    'close',
    'upgrade',
    'HTTP/1.0',
    'HTTP/9.9',
    '100-continue',
  ],
].map((text) => Buffer.from(text));

/** One to eight random changes of bytes: flipped, cut, repeated, replaced, or split by something awkward. */
export function mutateBytes(random: Random, original: Buffer): Buffer {
  let bytes = original;
  for (let left = 1 + Math.floor(random() * 8); left > 0; left -= 1) {
    const at = Math.floor(random() * (bytes.length + 1));
    const end = Math.min(bytes.length, at + Math.floor(random() * 40));
    const [head, middle, tail] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
    const kind = random();
    if (kind < 0.3) {
      bytes = Buffer.from(bytes);
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    } else if (kind < 0.45) bytes = Buffer.concat([head, tail]);
    else if (kind < 0.6) bytes = Buffer.concat([head, middle, middle, tail]);
    else if (kind < 0.65) bytes = Buffer.concat([head, ...Array<Buffer>(200).fill(middle), tail]);
    else bytes = Buffer.concat([head, pickFrom(random, SPLINTERS), kind < 0.9 ? middle : Buffer.alloc(0), tail]);
  }
  return bytes;
}

/** A JSON value with some members renamed, removed, nested or exchanged for values of another kind. */
export function mutateJson(random: Random, value: unknown): unknown {
  if (random() < 0.12) return strangeValue(random);
  if (Array.isArray(value)) return value.map((item) => mutateJson(random, item));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    const roll = random();
    if (roll < 0.06) return [];
    if (roll < 0.12)
      return [[pickFrom(random, ['__proto__', 'constructor', '', name.toUpperCase(), `${name}\0`]), member]];
    return [[name, mutateJson(random, member)]];
  });
  return Object.fromEntries(members);
}

function strangeValue(random: Random): unknown {
  return pickFrom<unknown>(random, [
    ...[
      null,
      true,
      false,
      0,
      -1,
      1.5,
      1e308,
      2 ** 53,
      '',
      'x',
      '\u0000',
      '\ud800',
      'x'.repeat(5000),
      [],
      {},
      [[]],
      [null],
    ],
    ...[{ length: 1e9 }, { toString: 1 }, { ['__proto__']: { admin: true } }, Array<number>(300).fill(1)],
    nest(70),
  ]);
}

function nest(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}
