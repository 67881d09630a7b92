/** Of a condition: true and false are certain; null: only the platform knows. */
export type Answer = boolean | null;

/** Words of a condition and how far they were read. */
export interface ConditionReader {
  readonly tokens: readonly string[];
  at: number;
  depth: number;
}

const LONGEST = 4_096;
const DEEPEST = 50;

/**
 * Splits a condition into its words.
 * @param token a sticky pattern of one word, or of space between words
 * @returns null for what has other characters, or is longer than 4,096 of them
 */
export function readTokens(text: string, token: RegExp): readonly string[] | null {
  if (text.length > LONGEST) return null;
  const tokens: string[] = [];
  const pattern = new RegExp(token);
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return null;
    if (found.trim() !== '') tokens.push(found);
  }
  return tokens;
}

/**
 * Reads what stands between the parenthesis at the reader and its partner.
 * @returns undefined where there is no partner, the inside is no condition, or it is too deep to be meant
 */
export function readParentheses<R extends ConditionReader>(
  reader: R,
  readInside: (reader: R) => Answer | undefined,
): Answer | undefined {
  if (reader.depth === DEEPEST) return undefined;
  reader.at += 1;
  reader.depth += 1;
  const inside = readInside(reader);
  reader.depth -= 1;
  if (inside === undefined || reader.tokens[reader.at] !== ')') return undefined;
  reader.at += 1;
  return inside;
}

/**
 * Reads terms that `||` and `&&` join, of which `&&` binds.
 * @param readTerm undefined: what stands there is no condition
 */
export function readAlternatives<R extends ConditionReader>(
  reader: R,
  readTerm: (reader: R) => Answer | undefined,
): Answer | undefined {
  const readAll = (one: R): Answer | undefined => readJoined(one, '&&', readTerm, both);
  return readJoined(reader, '||', readAll, either);
}

function readJoined<R extends ConditionReader>(
  reader: R,
  word: string,
  readPart: (reader: R) => Answer | undefined,
  join: (one: Answer, other: Answer) => Answer,
): Answer | undefined {
  let answer = readPart(reader);
  while (answer !== undefined && reader.tokens[reader.at] === word) {
    reader.at += 1;
    const other = readPart(reader);
    answer = other === undefined ? undefined : join(answer, other);
  }
  return answer;
}

/** A known half may decide. */
export function both(one: Answer, other: Answer): Answer {
  if (one === false || other === false) return false;
  return one === null || other === null ? null : true;
}

export function either(one: Answer, other: Answer): Answer {
  if (one === true || other === true) return true;
  return one === null || other === null ? null : false;
}
