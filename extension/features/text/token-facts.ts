import { type DecodedToken, decodeToken } from '../../../daemon/token/decode.ts';
import { findTokens } from '../../../daemon/token/find-tokens.ts';
import { readClaim } from '../../../daemon/token/read-claim.ts';
import { readNumericDate } from '../../../daemon/token/time-words.ts';

/** What is said of a token beside the text that it stands in. Read off the token, not verified. */
export interface TokenFacts {
  readonly decoded: DecodedToken;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly audience: readonly string[];
  /** Seconds since the epoch; null when there is no `exp` that is an instant. */
  readonly expiresAt: number | null;
  /** Claims that hold a token themselves, by their path: `act`, `vp.token.0`; `payload` when all of it is one. */
  readonly nested: readonly string[];
}

const MOST_NESTED = 8;

export function readFacts(token: string): TokenFacts {
  const decoded = decodeToken(token);
  const claims = decoded.claims ?? {};
  const nested = isNested(decoded) ? ['payload'] : [];
  collectNested(claims, [], nested);
  return {
    decoded,
    issuer: readText(claims, 'iss'),
    subject: readText(claims, 'sub'),
    audience: readAudience(claims),
    expiresAt: readNumericDate(claims, 'exp'),
    nested,
  };
}

/** Is all of the payload a token (RFC 7519 §5.2)? */
const isNested = ({ claims, findings }: DecodedToken): boolean =>
  claims === null && findings.some(({ code }) => code === 'nested');

type Claims = Readonly<Record<string, unknown>>;

function readText(claims: Claims, name: string): string | null {
  const value = readClaim(claims, name);
  return typeof value === 'string' ? value : null;
}

function readAudience(claims: Claims): string[] {
  const value = readClaim(claims, 'aud');
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
}

/** The depth is bounded: `decodeToken` reads no deeper JSON than 64 levels. */
function collectNested(value: unknown, path: readonly string[], nested: string[]): void {
  if (nested.length >= MOST_NESTED) return;
  if (typeof value === 'string') {
    if (findTokens(value, 1).length > 0) nested.push(path.join('.'));
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) collectNested(item, [...path, name], nested);
  }
}
