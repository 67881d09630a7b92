/** A kid for people: the end of a long one says nothing that its beginning does not. */
export function shortenKid(kid: string): string {
  return kid.length > 16 ? `${kid.slice(0, 12)}…` : kid;
}
