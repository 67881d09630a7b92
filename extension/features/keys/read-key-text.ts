import { MintmarkError } from '../../../daemon/problem.ts';
import { isJsonObject, parseStrictJson } from '../../../daemon/token/strict-json.ts';

type KeyText = { readonly pem: string } | { readonly jwk: Record<string, unknown> };

/** RFC 7468 §2; lines before the block say what it is about. */
const BLOCK = /-----BEGIN [A-Z0-9 ]+-----[^-]+-----END [A-Z0-9 ]+-----/;

/**
 * Tells a JWK (RFC 7517 §4) from PEM (RFC 7468) by its first character. The text is private: no error quotes it.
 * Whether the key is of any use is up to the daemon.
 * @throws MintmarkError `key_material`
 */
export function readKeyText(text: string): KeyText {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) {
    if (!BLOCK.test(trimmed)) throw new MintmarkError('key_material', 'This is neither PEM nor a JWK');
    return { pem: restoreLines(trimmed) };
  }
  try {
    const jwk = parseStrictJson(trimmed);
    if (isJsonObject(jwk) && typeof jwk.kty === 'string') return { jwk };
  } catch {
    // What is wrong with it might quote it.
  }
  throw new MintmarkError('key_material', 'The JWK is not acceptable JSON');
}

/** Is it worth sending? What is no key at all is better said while it is typed. */
export function isKeyText(text: string): boolean {
  try {
    readKeyText(text);
    return true;
  } catch {
    return false;
  }
}

/** An input box joins pasted lines with spaces; PEM needs them apart. */
function restoreLines(text: string): string {
  const block = /^(-----BEGIN [A-Z0-9 ]+-----)\s*([A-Za-z0-9+/=\s]+?)\s*(-----END [A-Z0-9 ]+-----)$/.exec(text);
  if (block === null) return text;
  const [, begin, body = '', end] = block;
  const lines = body.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
  return [begin, ...lines, end].join('\n');
}
