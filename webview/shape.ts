/** Guards for what crosses between the extension and a page. By hand: a schema library would be most of the page. */
export type Guard<T> = (value: unknown) => value is T;
export type Shape<G> = G extends Guard<infer T> ? T : never;

type Shapes<S extends Readonly<Record<string, Guard<unknown>>>> = { readonly [K in keyof S]: Shape<S[K]> };

/** A string of at most `longest` UTF-16 units. */
export function text(longest: number): Guard<string> {
  return (value): value is string => typeof value === 'string' && value.length <= longest;
}

export const number: Guard<number> = (value): value is number => typeof value === 'number' && Number.isFinite(value);

export const flag: Guard<boolean> = (value): value is boolean => typeof value === 'boolean';

export function oneOf<const T extends readonly string[]>(...members: T): Guard<T[number]> {
  return (value): value is T[number] => typeof value === 'string' && members.includes(value);
}

export function nullable<T>(guard: Guard<T>): Guard<T | null> {
  return (value): value is T | null => value === null || guard(value);
}

/** At most `most` members. */
export function list<T>(guard: Guard<T>, most: number): Guard<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.length <= most && value.every(guard);
}

/** An object with these members and no other. */
export function exactly<S extends Readonly<Record<string, Guard<unknown>>>>(members: S): Guard<Shapes<S>> {
  const names = Object.keys(members);
  return (value): value is Shapes<S> =>
    isObject(value) &&
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name) && members[name]?.(value[name]) === true);
}

export function anyOf<const G extends readonly Guard<unknown>[]>(...guards: G): Guard<Shape<G[number]>> {
  return (value): value is Shape<G[number]> => guards.some((guard) => guard(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
