/** Characters that do not show as themselves or act on what shows them, and fillers that look like a space. */
export const UNSAFE_CHARACTERS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f/gu;

/**
 * A foreign text as one line that cannot move a cursor, change colours or reorder what stands beside it: what does not
 * show as itself is written as JSON escapes it.
 */
export function showSafely(text: string): string {
  return text.replace(UNSAFE_CHARACTERS, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
}

/** A JSON value in indented lines, safe to show and still JSON. */
export function showJson(value: unknown): string {
  return JSON.stringify(value, null, 2).split('\n').map(showSafely).join('\n');
}

/** Names a code point as `U+200B`, for messages about characters that cannot be seen. */
export function nameCodePoint(codePoint: number): string {
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}
