const LONGEST = 14;
const SHORT = 8;

/** A kid or jti as people compare them: by its beginning. */
export function shortenName(name: string): string {
  return name.length <= LONGEST ? name : `${name.slice(0, SHORT)}…`;
}
