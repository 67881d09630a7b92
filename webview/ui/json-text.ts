import { scanJson, sliceJsonValue } from '../../daemon/token/scan-json.ts';
import { isJsonObject } from '../../daemon/token/strict-json.ts';

/** A member of a JSON object as it was written: numbers to their last digit, members of the same name side by side. */
export interface JsonMember {
  readonly name: string;
  /** The text of the value. */
  readonly raw: string;
  /** UTF-16 units in the whole text, from the quote of the name to the end of the value. */
  readonly start: number;
  readonly end: number;
}

/** The members of a JSON object in the order of the text; null when it is no JSON object. */
export function listMembers(text: string): readonly JsonMember[] | null {
  try {
    scanJson(text, () => {});
    if (!isJsonObject(JSON.parse(text))) return null;
  } catch {
    return null;
  }
  const members: JsonMember[] = [];
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (text[at] === '"') {
    const start = at;
    const name = sliceJsonValue(text, start);
    const valueAt = skipSpace(text, skipSpace(text, start + name.length) + 1);
    const raw = sliceJsonValue(text, valueAt);
    const end = valueAt + raw.length;
    members.push({ name: String(JSON.parse(name)), raw, start, end });
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return members;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \n\r\t'.includes(text.charAt(at))) at++;
  return at;
}

/** A valid JSON text in indented lines, without changing a character of its names and values. */
export function indentJson(text: string): string {
  const pieces = splitJson(text);
  let out = '';
  let depth = 0;
  for (const [index, piece] of pieces.entries()) {
    const opens = piece === '{' || piece === '[';
    const next = pieces[index + 1];
    if (opens && (next === '}' || next === ']')) {
      out += piece;
    } else if (opens) {
      depth += 1;
      out += `${piece}${breakLine(depth)}`;
    } else if (piece === '}' || piece === ']') {
      const before = pieces[index - 1];
      if (before === '{' || before === '[') {
        out += piece;
      } else {
        depth -= 1;
        out += `${breakLine(depth)}${piece}`;
      }
    } else if (piece === ',') out += `,${breakLine(depth)}`;
    else if (piece === ':') out += ': ';
    else out += piece;
  }
  return out;
}

function breakLine(depth: number): string {
  return `\n${'  '.repeat(depth)}`;
}

/** The same text for every spelling of a valid JSON value: without white space, escapes resolved, members by name. */
export function canonicalizeJson(text: string): string {
  const pieces = splitJson(text);
  let at = 0;
  const readItems = (close: string, read: () => string): string[] => {
    const items: string[] = [];
    while (at < pieces.length && pieces[at] !== close) {
      items.push(read());
      if (pieces[at] === ',') at += 1;
    }
    at += 1;
    return items;
  };
  const readValue = (): string => {
    const piece = pieces[at++] ?? '';
    if (piece === '[') return `[${readItems(']', readValue).join(',')}]`;
    if (piece === '{') return `{${readItems('}', readMember).sort().join(',')}}`;
    return piece.startsWith('"') ? JSON.stringify(JSON.parse(piece)) : piece;
  };
  const readMember = (): string => {
    const name = readValue();
    at += 1;
    return `${name}:${readValue()}`;
  };
  return readValue();
}

/** Strings, numbers, words and punctuation of a valid JSON text. */
function splitJson(text: string): readonly string[] {
  return text.match(/"(?:[^"\\]+|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs) ?? [];
}
