const LONGEST = 14;
const SHORT = 8;

/** A kid as people compare it: by its beginning. */
export function shortenName(name: string): string {
  return name.length <= LONGEST ? name : `${name.slice(0, SHORT)}…`;
}

/** A jti as people compare it: by its end, since the beginning says when it was made. */
export function endName(name: string): string {
  return `…${name.slice(-6)}`;
}

/** A text of at most so many characters: of a longer one both ends, since either may tell it from its like. */
export function cutMiddle(text: string, most: number): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const head = Math.floor((most - 1) / 2);
  return [...characters.slice(0, head), '…', ...characters.slice(head + 1 - most)].join('');
}
