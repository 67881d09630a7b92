/** The extension of an authority that bounds whom it can vouch for (RFC 5280 §4.2.1.10). */
export const NAME_CONSTRAINTS = '2.5.29.30';

/** Permitted subtrees: `localhost`, 127.0.0.0/8 and ::1/128, each a tagged general name; DER with lengths below 128. */
export function encodeLoopbackConstraints(): Uint8Array<ArrayBuffer> {
  const wrap = (tag: number, content: readonly number[]): number[] => [tag, content.length, ...content];
  const names = [
    wrap(0x82, [...Buffer.from('localhost')]),
    wrap(0x87, [127, 0, 0, 0, 255, 0, 0, 0]),
    wrap(0x87, [...Array<number>(15).fill(0), 1, ...Array<number>(16).fill(255)]),
  ];
  const subtrees = names.flatMap((name) => wrap(0x30, name));
  return Uint8Array.from(wrap(0x30, wrap(0xa0, subtrees)));
}
