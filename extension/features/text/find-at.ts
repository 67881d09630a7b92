import { isBase64urlUnit } from '../../../daemon/token/base64url.ts';
import { MAX_DECODE_LENGTH } from '../../../daemon/token/decode.ts';
import { type FoundToken, findTokens } from '../../../daemon/token/find-tokens.ts';

const DOT = 0x2e;

/**
 * The token of a line that the character at `at` belongs to or touches. Only the run of token characters around it is
 * looked at, so that the length of the line costs nothing.
 */
export function findTokenAt(line: string, at: number): FoundToken | null {
  const belongs = (index: number) => {
    const unit = line.charCodeAt(index);
    return unit === DOT || isBase64urlUnit(unit);
  };
  let from = Math.min(at, line.length);
  while (from > 0 && at - from < MAX_DECODE_LENGTH && belongs(from - 1)) from--;
  let to = at;
  while (to < line.length && to - at < MAX_DECODE_LENGTH && belongs(to)) to++;
  const found = findTokens(line.slice(from, to)).find(({ start, end }) => from + start <= at && at <= from + end);
  return found ? { kind: found.kind, start: from + found.start, end: from + found.end } : null;
}
