import { MintmarkError } from '../../../daemon/problem.ts';
import { isJsonObject, parseStrictJson } from '../../../daemon/token/strict-json.ts';

type KeyText = { readonly pem: string } | { readonly jwk: Record<string, unknown> };

/**
 * Tells a JWK (RFC 7517 §4) from PEM (RFC 7468) by its first character. The text is private: no error quotes it.
 * @throws MintmarkError `key_material`
 */
export function readKeyText(text: string): KeyText {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return { pem: restoreLines(trimmed) };
  try {
    const jwk = parseStrictJson(trimmed);
    if (isJsonObject(jwk)) return { jwk };
  } catch {
    // What is wrong with it might quote it.
  }
  throw new MintmarkError('key_material', 'The JWK is not acceptable JSON');
}

/** An input box joins pasted lines with spaces; PEM needs them apart. */
function restoreLines(text: string): string {
  const block = /^(-----BEGIN [A-Z0-9 ]+-----)\s*([A-Za-z0-9+/=\s]+?)\s*(-----END [A-Z0-9 ]+-----)$/.exec(text);
  if (block === null) return text;
  const [, begin, body = '', end] = block;
  const lines = body.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
  return [begin, ...lines, end].join('\n');
}
