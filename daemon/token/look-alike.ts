/**
 * Header parameter of a token that carries a real platform's `iss` although a key of this machine signed it. It is made
 * for trying out trust rules; no real service accepts it.
 */
export const LOOK_ALIKE_PARAMETER = 'mintmark';
export const LOOK_ALIKE_MARK = 'look-alike';

/** Does the header say that the token only looks like one of its issuer? Anyone may leave the mark out. */
export function isLookAlike(header: Readonly<Record<string, unknown>>): boolean {
  return header[LOOK_ALIKE_PARAMETER] === LOOK_ALIKE_MARK;
}
