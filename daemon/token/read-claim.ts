/** A claim of its own, never one of `Object.prototype`; undefined when it is not there. */
export function readClaim(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}
