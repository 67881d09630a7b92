import { MintmarkError } from '../../problem.ts';

/** The two halves of an origin-form target, as sent: neither is decoded. */
export interface Target {
  readonly path: string;
  /** Without its `?`; empty when there is none. */
  readonly query: string;
}

const VISIBLE_ASCII = /^[!-~]+$/;
/** `.` and `..`, however their dots are spelt. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?=\/|$)/i;
const BROKEN_ESCAPE = /%(?![0-9a-f]{2})/i;
const ESCAPED_CONTROL = /%(?:[01][0-9a-f]|7f)/i;
const ESCAPED_SLASH = /%(?:2f|5c)/i;
/** Where a path member may be any text, such as a key id with a slash: segments are split before they are decoded. */
const OPAQUE_MEMBERS = '/api/v1/';

/**
 * Splits a request target in origin-form (RFC 9112 §3.2.1). It is never resolved like a URL: `//evil`, `/\evil` and
 * `http://evil/` would all name another host then.
 *
 * @throws MintmarkError `bad_target`.
 */
export function readTarget(url: string): Target {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  if (!path.startsWith('/')) throw new MintmarkError('bad_target', 'The target starts with one slash');
  if (!VISIBLE_ASCII.test(url) || url.includes('\\') || url.includes('#')) {
    throw new MintmarkError('bad_target', 'The target holds a character that no target holds');
  }
  if (path.includes('//')) throw new MintmarkError('bad_target', 'The path has an empty segment');
  if (DOT_SEGMENT.test(path)) throw new MintmarkError('bad_target', 'The path has a dot segment');
  if (path.includes('%')) refuseTrickyEscapes(path);
  return { path, query: mark === -1 ? '' : url.slice(mark + 1) };
}

function refuseTrickyEscapes(path: string): void {
  if (BROKEN_ESCAPE.test(path) || ESCAPED_CONTROL.test(path)) {
    throw new MintmarkError('bad_target', 'The path has an escape that is not acceptable');
  }
  if (ESCAPED_SLASH.test(path) && !path.startsWith(OPAQUE_MEMBERS)) {
    throw new MintmarkError('bad_target', 'The path has an escaped slash');
  }
}

/**
 * Decodes one path segment, once (RFC 3986 §2.1).
 *
 * @throws MintmarkError `bad_target` when it is not UTF-8.
 */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new MintmarkError('bad_target', 'The path is not UTF-8', { cause });
  }
}
