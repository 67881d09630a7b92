/** A name of a claim that is being typed: `text.slice(from, to)` is replaced when one is chosen. */
export interface NameAtCaret {
  readonly from: number;
  readonly to: number;
  readonly prefix: string;
}

export interface Suggestion {
  readonly name: string;
  readonly meaning: string;
}

const MOST = 8;
/** Set by the issuer, or by fields of their own. */
const NOT_OFFERED: ReadonlySet<string> = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']);

/** The name that the caret is in, in the outermost object of a JSON text that may be half-typed; null elsewhere. */
export function findNameAtCaret(text: string, caret: number): NameAtCaret | null {
  let depth = 0;
  let isName = false;
  for (let at = 0; at < caret; at++) {
    const unit = text.charAt(at);
    if (unit === '"') {
      const end = findStringEnd(text, at);
      if (end >= caret) {
        if (depth !== 1 || !isName) return null;
        const prefix = text.slice(at + 1, caret);
        const isClosed = text.charAt(end) === '"' && !text.slice(at, end).includes('\n');
        return { from: at, to: isClosed ? end + 1 : caret, prefix };
      }
      at = end;
    } else if (unit === '{' || unit === '[') {
      depth += 1;
      isName = unit === '{';
    } else if (unit === '}' || unit === ']') depth -= 1;
    else if (unit === ',') isName = depth === 1;
    else if (unit === ':') isName = false;
  }
  return null;
}

function findStringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at;
}

/** Known claims whose name begins with, and then those that contain, what is typed; without those that are there. */
export function suggestNames(prefix: string, text: string, claims: readonly Suggestion[]): readonly Suggestion[] {
  const wanted = prefix.toLowerCase();
  const known = claims.filter(({ name }) => !NOT_OFFERED.has(name) && (name === prefix || !text.includes(`"${name}"`)));
  const begins = known.filter(({ name }) => name.toLowerCase().startsWith(wanted));
  const contains = known.filter(
    ({ name }) => !begins.some((found) => found.name === name) && name.toLowerCase().includes(wanted),
  );
  return [...begins, ...contains].slice(0, MOST);
}

/** The text with the name put in, and where the caret goes: into the value that comes next. */
export function insertName(text: string, { from, to }: NameAtCaret, name: string): { text: string; caret: number } {
  const rest = text.slice(to);
  const hasColon = /^\s*:/.test(rest);
  const head = `${text.slice(0, from)}${JSON.stringify(name)}${hasColon ? '' : ': '}`;
  return { text: head + rest, caret: head.length };
}
