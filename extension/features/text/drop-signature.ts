import type { DecodedToken } from '../../../daemon/token/decode.ts';

/**
 * A token that shows what it says and proves nothing: the signature is replaced with a word. Of an encrypted token only
 * the header is kept, since whoever has the key could use the rest. Null for a text that is no token.
 */
export function dropSignature({ kind, compact, parts }: DecodedToken): string | null {
  const [header, payload] = parts.map(({ start, end }) => compact.slice(start, end));
  if (kind === 'jws') return `${header}.${payload}.signature-removed`;
  return kind === 'jwe' ? `${header}.removed.removed.removed.removed` : null;
}
