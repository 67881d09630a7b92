import { type Findings, noteUnknown } from './findings.ts';

const VARIABLE = /\$\$|\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)/g;

/** How far variables may stand for each other. */
const DEEPEST = 10;
const LONGEST = 16_384;

/** Fills in `$NAME` and `${NAME}`. One that is not known stays as it is written, and is named; `$$` is a dollar sign. */
export function fillVariables(
  text: string,
  known: ReadonlyMap<string, string>,
  place: { readonly where: string; readonly findings: Findings },
  depth = 0,
): string {
  return text
    .replace(VARIABLE, (source, braced?: string, bare?: string) => {
      const name = braced ?? bare;
      if (name === undefined) return '$';
      const value = known.get(name);
      if (value === undefined || depth === DEEPEST) {
        noteUnknown(place.findings, `$${name}`, place.where, source);
        return source;
      }
      return fillVariables(value, known, place, depth + 1);
    })
    .slice(0, LONGEST);
}
