/** A line with a part that is to become a variable, which a text in single quotes would not be asked for. */
interface Part {
  readonly line: string;
  readonly start: number;
  readonly end: number;
}

/** How the text in front of a part leaves the quotes; `from` is the place of the one that is open. */
type Quotes = { readonly open: '"' | null } | { readonly open: "'"; readonly from: number };

/** `escaper` takes the next character its meaning, outside of single quotes (POSIX XCU §2.2; about_Quoting_Rules). */
function readQuotes(text: string, escaper: '\\' | '`'): Quotes {
  let open: '"' | "'" | null = null;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === escaper && open !== "'") at++;
    else if (open === null && (letter === '"' || letter === "'")) [open, from] = [letter, at];
    else if (letter === open) open = null;
  }
  return open === "'" ? { open, from } : { open };
}

/** The text for `line.slice(start, end)`. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Writes a variable where it is read as one: as it is, or with the single quotes around it turned into double ones.
 * Null where these would change the rest of the text, unless `canJoin`: texts side by side are one, as in a shell.
 */
export function writeVariable(
  { line, start, end }: Part,
  reference: string,
  { escaper, canJoin }: { readonly escaper: '\\' | '`'; readonly canJoin: boolean },
): Replacement | null {
  const quotes = readQuotes(line.slice(0, start), escaper);
  if (quotes.open !== "'") return { start, end, text: reference };
  const { from } = quotes;
  const to = line.indexOf("'", end);
  // `$'…'` has rules of its own, and what goes on in the next line is not seen.
  if (to < 0 || line[from - 1] === '$') return null;
  const before = line.slice(from + 1, start);
  const after = line.slice(end, to);
  if (!/[$`"\\!]/.test(before + after)) return { start: from, end: to + 1, text: `"${before}${reference}${after}"` };
  return canJoin ? { start, end, text: `'"${reference}"'` } : null;
}
