/**
 * What a message of Protocol Buffers holds, by number of its fields: texts of bytes, and numbers, in the order sent.
 */
export interface ProtobufMessage {
  /** Bytes one character each (latin1): texts, and messages in it. */
  readonly bytesOf: (field: number) => readonly string[];
  /** The last one, as for a field that is not repeated. @returns undefined where it is absent */
  readonly textOf: (field: number) => string | undefined;
  readonly numberOf: (field: number) => number | undefined;
  /** @returns an empty one where it is absent, null where it is none */
  readonly messageOf: (field: number) => ProtobufMessage | null;
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;
/** Sizes of the wire types that nobody here reads: I64 and I32. */
const FIXED_SIZES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };
const LARGEST_VARINT_BYTES = 10;

/**
 * Reads a message of Protocol Buffers (protobuf.dev, "Encoding") without its schema.
 * @param text its bytes, one character each
 * @returns null for what is none
 */
export function readProtobuf(text: string): ProtobufMessage | null {
  const bytes = Buffer.from(text, 'latin1');
  const texts = new Map<number, string[]>();
  const numbers = new Map<number, number>();
  for (let at = 0; at < bytes.length; ) {
    const tag = readVarint(bytes, at);
    if (tag === null) return null;
    const field = Number(tag.value >> 3n);
    const type = Number(tag.value & 7n);
    const value = type === VARINT || type === LENGTH_DELIMITED ? readVarint(bytes, tag.end) : null;
    if (type === VARINT && value !== null) {
      numbers.set(field, Number(BigInt.asIntN(64, value.value)));
      at = value.end;
    } else if (type === LENGTH_DELIMITED && value !== null) {
      at = value.end + Number(value.value);
      const known = texts.get(field);
      const member = text.slice(value.end, at);
      if (known === undefined) texts.set(field, [member]);
      else known.push(member);
    } else {
      const size = FIXED_SIZES[type];
      if (size === undefined) return null;
      at = tag.end + size;
    }
    if (field === 0 || at > bytes.length) return null;
  }
  const bytesOf = (field: number) => texts.get(field) ?? [];
  return {
    bytesOf,
    textOf: (field) => toText(bytesOf(field).at(-1)),
    numberOf: (field) => numbers.get(field),
    messageOf: (field) => readProtobuf(bytesOf(field).at(-1) ?? ''),
  };
}

function toText(bytes: string | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes, 'latin1').toString();
}

function readVarint(bytes: Buffer, start: number): { readonly value: bigint; readonly end: number } | null {
  let value = 0n;
  for (let at = start; at < Math.min(bytes.length, start + LARGEST_VARINT_BYTES); at += 1) {
    const byte = bytes[at] ?? 0;
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - start));
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return null;
}
