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
