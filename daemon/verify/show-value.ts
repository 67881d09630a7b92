import { LONGEST_QUOTE, quoteText } from '../token/quote.ts';

const MOST_SHOWN = 5;
/** How much is shown of what a value and the expected one have in common, before the place where they part. */
const SHOWN_BEFORE = 16;

/** Some of many foreign values, each as `showValue` has it. */
export function showSome(values: readonly unknown[], expected: readonly unknown[]): string {
  const shown = values.slice(0, MOST_SHOWN).map((value) => showValue(value, expected));
  return values.length > MOST_SHOWN ? `${shown.join(', ')} and ${values.length - MOST_SHOWN} more` : shown.join(', ');
}

/**
 * A foreign value that is none of the expected ones, quoted and cut; what is no text as JSON writes it. Of a value that
 * was cut the length is told, and where its beginning is an expected one's the place at which it parts from that.
 */
export function showValue(value: unknown, expected: readonly unknown[]): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  const text = writeText(value);
  if (text.length <= LONGEST_QUOTE) return quoteText(text);
  const same = Math.max(0, ...expected.map((other) => countSame(text, writeText(other))));
  if (same < LONGEST_QUOTE) return `${quoteText(text)} (${text.length} characters)`;
  const start = same - SHOWN_BEFORE;
  return `${quoteText(`…${text.slice(start)}`)} (from character ${start + 1} of ${text.length})`;
}

function writeText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** How many characters two texts begin with alike. */
function countSame(one: string, other: string): number {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count += 1;
  return count;
}
