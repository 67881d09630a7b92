import { TokenError } from './errors.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Bytes as text, in strict UTF-8 (RFC 3629): no overlong forms, no encoded surrogates, and no byte order mark, which
 * RFC 8259 §8.1 forbids in front of JSON.
 *
 * @throws TokenError `utf8`.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw new TokenError('utf8', 'the text begins with a byte order mark', 0);
  }
  try {
    return decoder.decode(bytes);
  } catch {
    throw new TokenError('utf8', 'the bytes are not UTF-8');
  }
}
