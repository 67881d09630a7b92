import { isBase64urlUnit } from '../../../daemon/token/base64url.ts';
import { MAX_DECODE_LENGTH } from '../../../daemon/token/decode.ts';
import { type FoundToken, findTokens } from '../../../daemon/token/find-tokens.ts';

const DOT = 0x2e;
/** An encrypted token has five segments (RFC 7516 §7.1). */
const MOST_DOTS = 4;
const SEGMENT = /[\w-]*/y;
const RUN = /[\w.-]*/y;

/** What is read of a document. */
export interface Lines {
  readonly version: number;
  lineAt(line: number): { readonly text: string };
}

/** Tokens of a line around a place, and the places for which there are no others. */
interface Nearby extends Span {
  readonly tokens: readonly FoundToken[];
  /** A part of a run of token characters that is longer than any token; null where the run is not. */
  readonly long: Span | null;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const contains = ({ from, to }: Span, at: number): boolean => from <= at && at <= to;

/**
 * The token of a line that the character at `at` belongs to or touches. Only the run of token characters around it is
 * looked at, and of one that is longer than any token only the segments that a token there could have, so that the
 * length of the line costs nothing.
 */
export function findTokenAt(line: string, at: number): FoundToken | null {
  return pickTokenAt(findNearby(line, Math.min(at, line.length)), at);
}

/** Finds as `findTokenAt` does, and remembers what is around the place that was asked for last. */
export function rememberLookup(): (document: Lines, line: number, at: number) => FoundToken | null {
  let last: { document: Lines; version: number; line: number; nearby: Nearby } | undefined;
  return (document, line, at) => {
    const { version } = document;
    const isSame = last?.document === document && last.version === version && last.line === line;
    if (last === undefined || !isSame || !contains(last.nearby, at)) {
      const { text } = document.lineAt(line);
      const long = isSame ? last?.nearby.long : null;
      last = { document, version, line, nearby: findNearby(text, Math.min(at, text.length), long) };
    }
    return pickTokenAt(last.nearby, at);
  };
}

const pickTokenAt = ({ tokens }: Nearby, at: number): FoundToken | null =>
  tokens.find(({ start, end }) => start <= at && at <= end) ?? null;

/** `known` is a part of a long run on this line, if one is known: it costs something to see that a run is long. */
function findNearby(line: string, at: number, known?: Span | null): Nearby {
  const isKnown = known != null && contains(known, at);
  const run = isKnown ? known : { from: skipBack(line, at, isRunUnit), to: skip(line, at, RUN) };
  if (run.to - run.from < MAX_DECODE_LENGTH) return { ...run, tokens: findBetween(line, run.from, run.to), long: null };
  const segment = { from: skipBack(line, at, isBase64urlUnit), to: skip(line, at, SEGMENT) };
  // Part of nothing that is ever decoded.
  if (segment.to - segment.from >= MAX_DECODE_LENGTH) return { ...segment, tokens: [], long: run };
  let [first, last] = [segment.from, segment.to];
  for (let dots = 0; dots < MOST_DOTS && line.charCodeAt(first - 1) === DOT; dots++) {
    first = skipBack(line, first - 1, isBase64urlUnit);
  }
  for (let dots = 0; dots < MOST_DOTS && line.charCodeAt(last) === DOT; dots++) last = skip(line, last + 1, SEGMENT);
  return { ...segment, tokens: findBetween(line, first, last), long: run };
}

function findBetween(line: string, from: number, to: number): FoundToken[] {
  const run = line.slice(from, to);
  const found = run.includes('.') ? findTokens(run) : [];
  return found.map(({ kind, start, end }) => ({ kind, start: from + start, end: from + end }));
}

const isRunUnit = (unit: number): boolean => unit === DOT || isBase64urlUnit(unit);

/** Where what ends at `at` begins, but no further away than anything that is decoded. */
function skipBack(line: string, at: number, belongs: (unit: number) => boolean): number {
  let from = at;
  while (from > 0 && at - from < MAX_DECODE_LENGTH && belongs(line.charCodeAt(from - 1))) from--;
  return from;
}

/** Where what begins at `at` ends. */
function skip(line: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at;
  pattern.test(line);
  return pattern.lastIndex;
}
