/**
 * Where `sub` is put together with colons and nothing is escaped, a colon in a part makes it the `sub` of something
 * else: what compares it by its beginning, or by one of its parts, is taken in.
 *
 * @param parts by what they are called, as far as others choose them; null: there is none
 */
export function warnOfColons(parts: Readonly<Record<string, string | null>>): readonly string[] {
  return Object.entries(parts).flatMap(([name, text]) =>
    text?.includes(':') === true
      ? [`The ${name} has a colon, which is not escaped: sub can be read as another one.`]
      : [],
  );
}
