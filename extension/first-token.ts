import { findTokens } from '../daemon/token/find-tokens.ts';

/** The first token in a text; undefined where there is none. */
export function readFirstToken(text: string): string | undefined {
  const [found] = findTokens(text, 1);
  return found && text.slice(found.start, found.end);
}
