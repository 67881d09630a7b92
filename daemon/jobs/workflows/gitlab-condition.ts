import { matchesRegexp } from './simple-regexp.ts';

/** true and false are certain; null: only GitLab knows. */
export type Answer = boolean | null;

/** `null` is a variable that is not set; undefined: nobody here knows it. */
type Value = string | null | undefined;

export interface ConditionScope {
  readonly read: (name: string) => Value;
  /** Words of conditions that may still be looked at, in the whole file. */
  readonly budget: { left: number };
}

const LONGEST = 4_096;
const TOKEN = /\s+|&&|\|\||[=!]=|[=!]~|[()]|\$\w+|"[^"]*"|'[^']*'|\/(?:\\.|[^/\\])+\/[a-zA-Z]*|\bnull\b/y;

/**
 * Decides a condition of `rules:if` as far as its variables are known (GitLab docs: "CI/CD job rules", "CI/CD variable
 * expressions"): `==`, `!=`, `=~`, `!~`, `&&`, `||` and parentheses.
 */
export function decideGitlabCondition(text: string, scope: ConditionScope): Answer {
  const tokens = text.length > LONGEST || scope.budget.left <= 0 ? null : readTokens(text);
  if (tokens === null) return null;
  scope.budget.left -= tokens.length + 1;
  const reader = { tokens, at: 0, scope, depth: 0 };
  const answer = readOr(reader);
  return reader.at === tokens.length ? (answer ?? null) : null;
}

function readTokens(text: string): readonly string[] | null {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.length) {
    const token = pattern.exec(text)?.[0];
    if (token === undefined) return null;
    if (token.trim() !== '') tokens.push(token);
  }
  return tokens;
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
  readonly scope: ConditionScope;
  depth: number;
}

const DEEPEST = 50;

/** undefined, from here on: this is no expression. */
function readOr(reader: Reader): Answer | undefined {
  let answer = readAnd(reader);
  while (answer !== undefined && reader.tokens[reader.at] === '||') {
    reader.at += 1;
    const other = readAnd(reader);
    answer = other === undefined ? undefined : answer === true || other === true ? true : either(answer, other);
  }
  return answer;
}

function readAnd(reader: Reader): Answer | undefined {
  let answer = readTerm(reader);
  while (answer !== undefined && reader.tokens[reader.at] === '&&') {
    reader.at += 1;
    const other = readTerm(reader);
    answer = other === undefined ? undefined : answer === false || other === false ? false : either(answer, other);
  }
  return answer;
}

/** Where neither of two decides by itself. */
function either(one: Answer, other: Answer): Answer {
  return one === null || other === null ? null : other;
}

function readTerm(reader: Reader): Answer | undefined {
  const { tokens, scope } = reader;
  if (tokens[reader.at] === '(') {
    if (reader.depth === DEEPEST) return undefined;
    reader.at += 1;
    reader.depth += 1;
    const inner = readOr(reader);
    reader.depth -= 1;
    if (inner === undefined || tokens[reader.at] !== ')') return undefined;
    reader.at += 1;
    return inner;
  }
  const left = readOperand(tokens[reader.at], scope);
  if (left === null) return undefined;
  const operator = tokens[reader.at + 1] ?? '';
  if (!/^[=!][=~]$/.test(operator)) {
    reader.at += 1;
    return left.value === undefined ? null : left.value !== null && left.value !== '';
  }
  const word = tokens[reader.at + 2];
  reader.at += 3;
  const answer = operator.endsWith('~')
    ? matches(left.value, word, scope)
    : equals(left.value, readOperand(word, scope));
  return typeof answer === 'boolean' && operator.startsWith('!') ? !answer : answer;
}

/** null: the word is no operand. */
function readOperand(word: string | undefined, { read }: ConditionScope): { readonly value: Value } | null {
  if (word === 'null') return { value: null };
  if (word?.startsWith('$')) return { value: read(word.slice(1)) };
  return word !== undefined && /^["']/.test(word) ? { value: word.slice(1, -1) } : null;
}

function equals(left: Value, right: { readonly value: Value } | null): Answer | undefined {
  if (right === null) return undefined;
  return left === undefined || right.value === undefined ? null : left === right.value;
}

/** A variable may hold the expression with its slashes. What is not set matches none. */
function matches(left: Value, word: string | undefined, scope: ConditionScope): Answer | undefined {
  const pattern = word?.startsWith('/') ? word : word === undefined ? null : readOperand(word, scope)?.value;
  const [, source, flags = ''] = /^\/(.+)\/([a-zA-Z]*)$/s.exec(pattern ?? '') ?? [];
  if (word === undefined) return undefined;
  if (left === null && source !== undefined) return false;
  if (typeof left !== 'string' || source === undefined || !/^i?$/.test(flags)) return null;
  scope.budget.left -= source.length;
  return matchesRegexp(source, left, flags === 'i');
}
