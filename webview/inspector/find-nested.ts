import { findTokens } from '../../daemon/token/find-tokens.ts';
import type { TokenView } from './read-token.ts';

/** A token inside another one, and the names that lead to it. */
export interface NestedToken {
  readonly path: readonly string[];
  readonly token: string;
}

const MOST = 16;

/** Tokens that a token carries: as its whole payload (RFC 7519 §5.2), or anywhere in a claim. */
export function findNestedTokens({ decoded, payload }: TokenView): readonly NestedToken[] {
  if (decoded.claims) return [...walkStrings(decoded.claims, [])].flatMap(readNested).slice(0, MOST);
  return payload ? readNested({ path: ['payload'], text: payload.text }).slice(0, MOST) : [];
}

interface Found {
  readonly path: readonly string[];
  readonly text: string;
}

function readNested({ path, text }: Found): NestedToken[] {
  return findTokens(text, MOST).map(({ start, end }) => ({ path, token: text.slice(start, end) }));
}

/** Every string below a value; the depth is bounded, since the text was read strictly enough to become a value. */
function* walkStrings(value: unknown, path: readonly string[]): Generator<Found> {
  if (typeof value === 'string') yield { path, text: value };
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) yield* walkStrings(member, [...path, name]);
  }
}
