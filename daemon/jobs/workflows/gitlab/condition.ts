import { type Answer, type ConditionReader, readAlternatives, readParentheses, readTokens } from '../condition.ts';
import { matchesRegexp } from '../simple-regexp.ts';

/** `null` is a variable that is not set; undefined: nobody here knows it. */
type Value = string | null | undefined;

/** What a condition compares. */
interface Operand {
  readonly value: Value;
  /** Is it certainly set, also where nobody here knows to what? */
  readonly isSet: boolean;
}

/** Every project has these, whatever they are (GitLab docs: "Predefined CI/CD variables reference"). */
const ALWAYS_SET: ReadonlySet<string> = new Set(['CI_DEFAULT_BRANCH']);

export interface ConditionScope {
  readonly read: (name: string) => Value;
  /** Words of conditions that may still be looked at, in the whole file. */
  readonly budget: { left: number };
}

const TOKEN = /\s+|&&|\|\||[=!]=|[=!]~|[()]|\$\w+|"[^"]*"|'[^']*'|\/(?:\\.|[^/\\])+\/[a-zA-Z]*|\bnull\b/y;

/**
 * Decides a condition of `rules:if` as far as its variables are known (GitLab docs: "CI/CD job rules", "CI/CD variable
 * expressions"): `==`, `!=`, `=~`, `!~`, `&&`, `||` and parentheses.
 */
export function decideGitlabCondition(text: string, scope: ConditionScope): Answer {
  const tokens = scope.budget.left <= 0 ? null : readTokens(text, TOKEN);
  if (tokens === null) return null;
  scope.budget.left -= tokens.length + 1;
  const reader = { tokens, at: 0, scope, depth: 0 };
  const answer = readOr(reader);
  return reader.at === tokens.length ? (answer ?? null) : null;
}

interface Reader extends ConditionReader {
  readonly scope: ConditionScope;
}

/** undefined, from here on: this is no expression. */
const readOr = (reader: Reader): Answer | undefined => readAlternatives(reader, readTerm);

function readTerm(reader: Reader): Answer | undefined {
  const { tokens, scope } = reader;
  if (tokens[reader.at] === '(') return readParentheses(reader, readOr);
  const left = readOperand(tokens[reader.at], scope);
  if (left === null) return undefined;
  const operator = tokens[reader.at + 1] ?? '';
  if (!/^[=!][=~]$/.test(operator)) {
    reader.at += 1;
    return left.value === undefined ? null : left.value !== null && left.value !== '';
  }
  const word = tokens[reader.at + 2];
  reader.at += 3;
  const answer = operator.endsWith('~') ? matches(left.value, word, scope) : equals(left, readOperand(word, scope));
  return typeof answer === 'boolean' && operator.startsWith('!') ? !answer : answer;
}

/** null: the word is no operand. */
function readOperand(word: string | undefined, { read }: ConditionScope): Operand | null {
  if (word === 'null') return { value: null, isSet: false };
  if (word?.startsWith('$')) return { value: read(word.slice(1)), isSet: ALWAYS_SET.has(word.slice(1)) };
  return word !== undefined && /^["']/.test(word) ? { value: word.slice(1, -1), isSet: true } : null;
}

function equals(left: Operand, right: Operand | null): Answer | undefined {
  if (right === null) return undefined;
  // What has any value is not what has none.
  if ((left.value === null && right.isSet) || (right.value === null && left.isSet)) return false;
  return left.value === undefined || right.value === undefined ? null : left.value === right.value;
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
