import { MintmarkError } from '../problem.ts';
import { MAX_DEPTH } from '../token/scan-json.ts';

/**
 * Refuses what would not come out of a token as it went in: values that JSON does not know, lone surrogates, and
 * nesting that others choke on.
 * @param path names the member in the message, never its value
 * @param depth that `value` lies at
 * @throws MintmarkError `invalid_request`
 */
export function assertJsonValue(value: unknown, path: string, depth: number): void {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'string') {
    assertWellFormed(value, path);
    return;
  }
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (typeof value !== 'object' || !isPlain(value)) throw new MintmarkError('invalid_request', `${path}: not JSON`);
  if (depth >= MAX_DEPTH) throw new MintmarkError('invalid_request', `${path}: nested deeper than ${MAX_DEPTH}`);
  for (const [name, member] of Object.entries(value)) {
    assertWellFormed(name, path);
    assertJsonValue(member, path, depth + 1);
  }
}

/** @throws MintmarkError `invalid_request` when half a surrogate pair stands alone: such text has no UTF-8 */
export function assertWellFormed(text: string, path: string): void {
  if (/\p{Surrogate}/u.test(text))
    throw new MintmarkError('invalid_request', `${path}: half a surrogate pair stands alone`);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
}
