import type { Job } from '../../job.ts';
import { type Answer, type ConditionReader, readAlternatives, readParentheses, readTokens } from '../condition.ts';
import { matchesRegexp } from '../simple-regexp.ts';

/** `null` is what the build has not; undefined: nobody here knows it. */
type Value = string | boolean | null | undefined;

const TOKEN =
  /\s+|\/\/[^\n]*|&&|\|\||[=!]=|[=!]~|!|[()]|"[^"\\]*"|'[^'\\]*'|\/(?:\\.|[^/\\\n])+\/[a-zA-Z]*|[A-Za-z_][\w.]*|\d+/y;

interface Reader extends ConditionReader {
  readonly job: Job;
  readonly budget: { left: number };
}

/**
 * Decides `if` of a step as far as branch, tag, pull request, source and commit do (Buildkite docs: "Using
 * conditionals"). What a build has not, no expression matches. Not decided are functions, `includes` and what the shell
 * would put in for `$`; `$$` and `\$` stand for `$`.
 * @param budget characters that may still be looked at, in the whole file
 */
export function decideBuildkiteCondition(written: string, job: Job, budget: { left: number }): Answer {
  budget.left -= written.length + 1;
  if (budget.left < 0) return null;
  const plain = written.replace(/\$\$|\\\$/g, '');
  if (plain.includes('$')) return null;
  const tokens = readTokens(written.replace(/\$\$|\\\$/g, '$'), TOKEN);
  if (tokens === null) return null;
  const reader = { tokens: tokens.filter((token) => !token.startsWith('//')), at: 0, depth: 0, job, budget };
  const answer = readOr(reader);
  return reader.at === reader.tokens.length ? (answer ?? null) : null;
}

/** undefined, from here on: this is no condition. */
const readOr = (reader: Reader): Answer | undefined => readAlternatives(reader, readTerm);

function readTerm(reader: Reader): Answer | undefined {
  const { tokens } = reader;
  let isNegated = false;
  while (tokens[reader.at] === '!') {
    isNegated = !isNegated;
    reader.at += 1;
  }
  const answer = tokens[reader.at] === '(' ? readParentheses(reader, readOr) : readComparison(reader, isNegated);
  return typeof answer === 'boolean' && isNegated ? !answer : answer;
}

/** @param isNegated whether a `!` stands before it, which would be of its left side alone */
function readComparison(reader: Reader, isNegated: boolean): Answer | undefined {
  const { tokens, job, budget } = reader;
  const left = readOperand(tokens[reader.at], job);
  const operator = tokens[reader.at + 1] ?? '';
  if (left === null) return undefined;
  if (!/^[=!][=~]$/.test(operator)) {
    reader.at += 1;
    return typeof left.value === 'boolean' ? left.value : null;
  }
  const word = tokens[reader.at + 2];
  reader.at += 3;
  if (word === undefined) return undefined;
  const answer = operator.endsWith('~') ? matches(left.value, word, budget) : equals(left, readOperand(word, job));
  if (isNegated || typeof answer !== 'boolean') return answer === undefined ? undefined : null;
  return operator.startsWith('!') ? !answer : answer;
}

function equals(left: { readonly value: Value }, right: { readonly value: Value } | null): Answer | undefined {
  if (right === null) return undefined;
  return left.value === undefined || right.value === undefined ? null : left.value === right.value;
}

function matches(left: Value, word: string, budget: { left: number }): Answer {
  const [, source, flags = ''] = /^\/(.+)\/([a-zA-Z]*)$/s.exec(word) ?? [];
  if (source === undefined || !/^i?$/.test(flags)) return null;
  if (left === null) return false;
  budget.left -= source.length;
  return typeof left === 'string' ? matchesRegexp(source, left, flags === 'i') : null;
}

/** null: the word is no operand. */
function readOperand(word: string | undefined, job: Job): { readonly value: Value } | null {
  if (word === undefined || /^(?:[=!&|()]|\/)/.test(word)) return null;
  if (/^["']/.test(word)) return { value: word.slice(1, -1) };
  if (word === 'true' || word === 'false') return { value: word === 'true' };
  return { value: word === 'null' ? null : readVariable(word, job) };
}

function readVariable(name: string, job: Job): Value {
  const { pullRequest, refName, refType, sha, defaultBranch } = job;
  switch (name) {
    case 'build.branch':
      // How the branch of a fork is called depends on the settings of the pipeline.
      if (pullRequest !== null) return pullRequest.fork === null ? pullRequest.headBranch : undefined;
      return refName;
    case 'build.tag':
      return pullRequest === null && refType === 'tag' ? refName : null;
    case 'build.commit':
      return sha;
    case 'build.source':
      return nameSource(job);
    case 'build.pull_request.id':
      return pullRequest === null ? null : String(pullRequest.number);
    case 'build.pull_request.base_branch':
      return pullRequest === null ? null : pullRequest.baseBranch;
    case 'build.pull_request.repository.fork':
      return pullRequest === null ? null : pullRequest.fork !== null;
    case 'pipeline.default_branch':
      return defaultBranch ?? undefined;
    default:
      return undefined;
  }
}

/** A build that somebody starts may come from the pages, from the API or from another pipeline. */
function nameSource({ trigger, event }: Job): Value {
  if (['ui', 'api', 'trigger_job'].includes(event)) return event;
  if (trigger === 'manual') return undefined;
  return trigger === 'schedule' ? 'schedule' : 'webhook';
}
