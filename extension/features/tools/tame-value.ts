import { redactSecrets } from '../../../daemon/token/redact.ts';
import { isJsonObject } from '../../../daemon/token/strict-json.ts';

const LONGEST_TEXT = 512;
const MOST_MEMBERS = 64;
const DEEPEST = 8;

/**
 * A value as a language model may see it, whoever wrote what is in it: texts are cut short, tokens and keys in them are
 * masked, and what is too deep or too much is left out and said so.
 */
export function tameValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return tameText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '(nested too deeply to show)';
  if (!isJsonObject(value)) {
    const items = Object.values(value);
    const shown = items.slice(0, MOST_MEMBERS).map((item) => tameValue(item, depth + 1));
    return items.length > MOST_MEMBERS ? [...shown, `(${items.length - MOST_MEMBERS} more)`] : shown;
  }
  const entries = Object.entries(value);
  const shown = entries.slice(0, MOST_MEMBERS).map(([name, member]) => tameMember(name, member, depth + 1));
  if (entries.length > MOST_MEMBERS) shown.push(['(more)', entries.length - MOST_MEMBERS]);
  return Object.fromEntries(shown);
}

function tameMember(name: string, value: unknown, depth: number): [string, unknown] {
  const safe = tameText(name);
  if (typeof value !== 'string') return [safe, tameValue(value, depth)];
  // The name beside it can be what makes a text a secret.
  return [safe, redactSecrets(`"${name}":"${value}"`).includes(MASKED_VALUE) ? MASK : tameText(value)];
}

const MASK = '[redacted]';
const MASKED_VALUE = `":"${MASK}`;

function tameText(text: string): string {
  // Masked first: the half of a token that a cut leaves would not be known for one.
  const safe = redactSecrets(text);
  if (safe.length <= LONGEST_TEXT) return safe;
  const cut = safe.slice(0, LONGEST_TEXT).replace(/[\ud800-\udbff]$/, '');
  return `${cut}… (${safe.length} characters)`;
}
