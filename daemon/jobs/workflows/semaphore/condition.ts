import type { Job } from '../../job.ts';
import { type Answer, both, type ConditionReader, either, readParentheses, readTokens } from '../condition.ts';
import { matchesRegexp } from '../simple-regexp.ts';

const TOKEN = /\s+|[=!]~|!=|==?|[()]|'[^']*'|"[^"]*"|[a-zA-Z][\w-]*\((?:'[^']*'|"[^"]*"|[^()'"])*\)|[a-zA-Z][\w-]*/y;
const OPERATOR = /^(?:==?|!=|[=!]~)$/;

/**
 * Decides a `when` of a block as far as branch, tag and pull request do (Semaphore docs: "Conditions Syntax DSL"). What
 * a run has not is empty, and matches no expression (`lib/when/interpreter.ex`): the run of a pull request has no branch
 * (`when_params` of plumber). Not decided are `result` and functions such as `change_in`.
 * @param budget characters that may still be looked at, in the whole file
 */
export function decideSemaphoreCondition(text: string, job: Job, budget: { left: number }): Answer {
  budget.left -= text.length + 1;
  const tokens = budget.left < 0 ? null : readTokens(text, TOKEN);
  if (tokens === null) return null;
  const reader = { tokens, at: 0, depth: 0, job, budget };
  const answer = readExpression(reader);
  return reader.at === tokens.length ? (answer ?? null) : null;
}

interface Reader extends ConditionReader {
  readonly job: Job;
  readonly budget: { left: number };
}

/** `and` and `or` are taken in their order (`src/when_parser.yrl`). undefined, from here on: this is no condition. */
function readExpression(reader: Reader): Answer | undefined {
  let answer = readTerm(reader);
  while (answer !== undefined) {
    const word = reader.tokens[reader.at]?.toLowerCase();
    if (word !== 'and' && word !== 'or') break;
    reader.at += 1;
    const term = readTerm(reader);
    if (term === undefined) return undefined;
    answer = word === 'and' ? both(answer, term) : either(answer, term);
  }
  return answer;
}

function readTerm(reader: Reader): Answer | undefined {
  const { tokens } = reader;
  const word = tokens[reader.at];
  if (word === undefined || word === ')' || OPERATOR.test(word)) return undefined;
  if (word === '(') return readParentheses(reader, readExpression);
  const operator = tokens[reader.at + 1] ?? '';
  if (!OPERATOR.test(operator)) {
    reader.at += 1;
    return /^true$/i.test(word) ? true : /^false$/i.test(word) ? false : null;
  }
  const other = tokens[reader.at + 2];
  reader.at += 3;
  if (other === undefined) return undefined;
  const [keyword, text] = /^["']/.test(word) ? [other, word] : [word, other];
  if (!/^["']/.test(text)) return null;
  const answer = compare(readKeyword(keyword, reader.job), operator, text.slice(1, -1), reader.budget);
  return answer !== null && operator.startsWith('!') ? !answer : answer;
}

/** Empty: the run has none; undefined: not known. */
function readKeyword(word: string, { pullRequest, refType, refName }: Job): string | undefined {
  switch (word.toLowerCase()) {
    case 'branch':
      return pullRequest === null && refType === 'branch' ? refName : '';
    case 'tag':
      return pullRequest === null && refType === 'tag' ? refName : '';
    case 'pull_request':
      return pullRequest === null ? '' : String(pullRequest.number);
    default:
      return undefined;
  }
}

/** As if the operator were `=` or `=~`. */
function compare(value: string | undefined, operator: string, text: string, budget: { left: number }): Answer {
  if (value === undefined) return null;
  if (!operator.endsWith('~')) return value === text;
  if (value === '') return false;
  budget.left -= text.length;
  return matchesRegexp(text, value, false);
}
