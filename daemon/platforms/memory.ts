/** What is remembered of an issuer, made when it is first asked for: the same function gets the same thing again. */
export type Remember = <T extends object>(make: () => T) => T;

/** What platforms remember while the daemon runs, issuer by issuer. Nothing of it is written down. */
export interface Memory {
  of(issuerId: number): Remember;
  /** Forgets every issuer that is gone. */
  keepOnly(isThere: (issuerId: number) => boolean): void;
}

/** Remembers nothing at first. It is in memory only, and ends with the daemon. */
export function createMemory(): Memory {
  const issuers = new Map<number, Map<() => object, object>>();
  return {
    of: (issuerId) => (make) => {
      const things = issuers.get(issuerId) ?? new Map<() => object, object>();
      issuers.set(issuerId, things);
      // Under its maker's name lies only what that maker made.
      const thing = (things.get(make) as ReturnType<typeof make> | undefined) ?? make();
      things.set(make, thing);
      return thing;
    },
    keepOnly(isThere) {
      for (const issuerId of [...issuers.keys()]) if (!isThere(issuerId)) issuers.delete(issuerId);
    },
  };
}
