import type { DecodedPart } from '../../daemon/token/decode.ts';

/** A stretch of text: from `start` up to, but not with, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const encoder = new TextEncoder();

/**
 * Which characters of the token carry which stretches of a part's text: four characters carry three octets (RFC 4648
 * §5). `spans` are in UTF-16 units of `text`, in order and apart. Null when the text is not octet for octet what the
 * part decodes to, since it was repaired.
 */
export function locateSpans(text: string, spans: readonly Span[], part: DecodedPart): readonly Span[] | null {
  const isWhole = encoder.encode(text).length === part.octets;
  if (!isWhole || part.end - part.start !== Math.ceil((part.octets * 4) / 3)) return null;
  let unit = 0;
  let octet = 0;
  const advance = (to: number) => {
    octet += encoder.encode(text.slice(unit, to)).length;
    unit = to;
    return octet;
  };
  return spans.map(({ start, end }) => ({
    start: part.start + Math.floor((advance(start) * 4) / 3),
    end: part.start + Math.ceil((advance(end) * 4) / 3),
  }));
}
