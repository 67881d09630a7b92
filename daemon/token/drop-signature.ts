import { type DecodedToken, decodeToken } from './decode.ts';
import { findTokens } from './find-tokens.ts';

/** Tokens in tokens that are looked into: no system goes on further. */
const DEEPEST = 8;

/**
 * A token that shows what it says and proves nothing: the signature is replaced with a word, and those of tokens inside
 * it, which would be as good as ever (RFC 7519 §5.2, RFC 8693 §4.1). Of an encrypted token only the header is kept,
 * since whoever has the key could use the rest. Null for a text that is no token.
 */
export function dropSignature({ kind, compact, parts, payloadText }: DecodedToken, depth = 0): string | null {
  const [header, payload] = parts.map(({ start, end }) => compact.slice(start, end));
  if (kind === 'jwe') return `${header}.removed.removed.removed.removed`;
  if (kind !== 'jws') return null;
  const shown = payloadText === null ? null : dropInner(payloadText, depth);
  return `${header}.${shown === payloadText || shown === null ? payload : encode(shown)}.signature-removed`;
}

function dropInner(text: string, depth: number): string {
  let shown = '';
  let at = 0;
  for (const { start, end } of findTokens(text)) {
    const inner = depth < DEEPEST ? dropSignature(decodeToken(text.slice(start, end)), depth + 1) : null;
    shown += text.slice(at, start) + (inner ?? 'token-removed');
    at = end;
  }
  return shown + text.slice(at);
}

/** base64url (RFC 4648 §5) of UTF-8, without padding, where there is no Buffer. */
function encode(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
