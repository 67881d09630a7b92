import { type Answer, both, either, readTokens } from '../condition.ts';
import { matchesRegexp } from '../simple-regexp.ts';
import { listEntries, listItems, pick, readText } from '../yaml-access.ts';
import type { YamlTree } from '../yaml-tree.ts';
import { fillPipelineValues, type PipelineValue, readValue } from './values.ts';

/** What conditions may see. */
export interface ConditionPlace {
  readonly values: ReadonlyMap<string, PipelineValue>;
  /** Takes what a condition depends on and nobody here knows. */
  readonly open: Set<string>;
  /** Words and characters of conditions that may still be looked at, in the whole file. */
  readonly budget: { left: number };
}

const DEEPEST = 50;
/** Of a regular expression. */
const LONGEST = 256;

/** Decides a logic statement, or an expression, as far as its values are known (CircleCI docs: "Logic statements"). */
export function decideStatement(tree: YamlTree, place: ConditionPlace, depth = 0): Answer {
  place.budget.left -= 1;
  if (depth === DEEPEST || place.budget.left < 0) return leave(place, 'a condition that is too long');
  if (tree.kind === 'list') return leave(place, 'a condition of another kind');
  if (tree.kind === 'scalar') {
    return typeof tree.value === 'string' ? decideExpression(tree.value, place) : isTruthy(tree.value);
  }
  const [first, ...more] = listEntries(tree);
  if (first === undefined) return false;
  const [operator, { value }] = first;
  if (more.length > 0) return leave(place, 'a condition of another kind');
  const decide = (one: YamlTree): Answer => decideStatement(one, place, depth + 1);
  if (operator !== 'not' && operator !== 'matches' && listItems(value).length === 0) return leave(place, operator);
  if (operator === 'and') return listItems(value).map(decide).reduce(both, true);
  if (operator === 'or') return listItems(value).map(decide).reduce(either, false);
  if (operator === 'not') return negate(decide(listItems(value)[0] ?? value));
  if (operator === 'equal') return areEqual(listItems(value).map((one) => readOperand(one, place)));
  if (operator === 'matches') return decideMatch(value, place);
  return leave(place, operator);
}

function leave({ open }: ConditionPlace, name: string): null {
  open.add(name);
  return null;
}

function negate(answer: Answer): Answer {
  return answer === null ? null : !answer;
}

function isTruthy(value: PipelineValue): Answer {
  if (value === undefined) return null;
  return !(value === null || value === false || value === 0 || value === '' || Number.isNaN(value));
}

function readOperand(tree: YamlTree, { values, open }: ConditionPlace): PipelineValue {
  if (tree.kind !== 'scalar') return undefined;
  return typeof tree.value === 'string' ? fillPipelineValues(tree.value, values, open) : tree.value;
}

/** Of two kinds that look the same nobody here says that they are not equal. */
function areEqual(values: readonly PipelineValue[]): Answer {
  const [first, ...others] = values;
  return others.map((other) => isEqual(first, other)).reduce(both, true);
}

function isEqual(one: PipelineValue, other: PipelineValue): Answer {
  if (one === undefined || other === undefined) return null;
  if (typeof one === typeof other) return one === other;
  return String(one ?? '') === String(other ?? '') ? null : false;
}

function decideMatch(tree: YamlTree, place: ConditionPlace): Answer {
  const pattern = readText(pick(tree, 'pattern'));
  const value = pick(tree, 'value');
  const text = value === undefined ? undefined : readOperand(value, place);
  if (pattern === undefined || text === undefined) return pattern === undefined ? leave(place, 'matches') : null;
  return matchesWhole(pattern, String(text ?? ''), place.budget) ?? leave(place, pattern);
}

/** Does a regular expression of the simple kind match a whole text? null: it is of another kind. */
export function matchesWhole(pattern: string, text: string, budget: { left: number }): Answer {
  budget.left -= pattern.length;
  if (budget.left < 0 || pattern.length > LONGEST) return null;
  const inner = pattern.replace(/^\^/, '').replace(/((?:^|[^\\])(?:\\\\)*)\$$/, '$1');
  return matchesRegexp(inner.includes('|') && !inner.includes('(') ? `^(?:${inner})$` : `^${inner}$`, text);
}

const TOKEN =
  /\s+|"[^"]*"|'[^']*'|(?:and|or|not|starts-with|true|false)(?![\w.-])|pipeline\.[\w.-]+|-?\d+(?:\.\d+)?(?![\w.])|[=!<>]=|[<>()]/y;

interface Reader {
  readonly tokens: readonly string[];
  at: number;
  depth: number;
  readonly place: ConditionPlace;
}

/** What a part comes to; null: this is no expression. */
type Part = { readonly value: PipelineValue } | null;

/** Decides `pipeline.git.branch == "main"` and the like (CircleCI docs: "Using expressions in your configuration"). */
export function decideExpression(text: string, place: ConditionPlace): Answer {
  place.budget.left -= text.length;
  if (place.budget.left < 0 || text.length > 4_096) return leave(place, text);
  const [, inner = text] = /^\s*<<((?:(?!<<|>>).)*)>>\s*$/s.exec(text) ?? [];
  const tokens = readTokens(inner, TOKEN);
  if (tokens === null || tokens.length === 0) return leave(place, text);
  const reader: Reader = { tokens, at: 0, depth: 0, place };
  const open = new Set(place.open);
  const part = readChain(reader);
  if (part !== null && reader.at === tokens.length) {
    const answer = isTruthy(part.value);
    if (answer === null && open.size === place.open.size) leave(place, text);
    return answer;
  }
  return leave(place, text);
}

/** `and` and `or`: where it matters which of them binds, nothing is certain. */
function readChain(reader: Reader): Part {
  const first = readComparison(reader);
  if (first === null || !/^(?:and|or)$/.test(reader.tokens[reader.at] ?? '')) return first;
  let inOrder: Answer = isTruthy(first.value);
  const alternatives: Answer[] = [inOrder];
  for (let word = reader.tokens[reader.at]; word === 'and' || word === 'or'; word = reader.tokens[reader.at]) {
    reader.at += 1;
    const part = readComparison(reader);
    if (part === null) return null;
    const term = isTruthy(part.value);
    inOrder = word === 'and' ? both(inOrder, term) : either(inOrder, term);
    if (word === 'and') alternatives.push(both(alternatives.pop() ?? null, term));
    else alternatives.push(term);
  }
  return { value: alternatives.reduce(either) === inOrder ? (inOrder ?? undefined) : undefined };
}

function readComparison(reader: Reader): Part {
  const left = readOne(reader);
  const operator = reader.tokens[reader.at] ?? '';
  if (left === null || !/^(?:[=!<>]=|[<>]|starts-with)$/.test(operator)) return left;
  reader.at += 1;
  const right = readOne(reader);
  if (right === null) return null;
  return { value: compare(left.value, operator, right.value) ?? undefined };
}

function compare(left: PipelineValue, operator: string, right: PipelineValue): Answer {
  if (left === undefined || right === undefined) return null;
  if (operator === '==' || operator === '!=') {
    const answer = isEqual(left, right);
    return operator === '!=' ? negate(answer) : answer;
  }
  if (operator === 'starts-with') {
    return typeof left === 'string' && typeof right === 'string' ? left.startsWith(right) : null;
  }
  if (typeof left !== 'number' || typeof right !== 'number') return null;
  const isEven = left === right;
  if (operator.startsWith('<')) return left < right || (isEven && operator === '<=');
  return left > right || (isEven && operator === '>=');
}

function readOne(reader: Reader): Part {
  const { tokens, place } = reader;
  const token = tokens[reader.at];
  reader.at += 1;
  if (token === undefined || reader.depth === DEEPEST) return null;
  if (/^["']/.test(token)) return { value: token.slice(1, -1) };
  if (/^-?\d/.test(token)) return { value: Number(token) };
  if (token === 'true' || token === 'false') return { value: token === 'true' };
  if (token.startsWith('pipeline.')) return { value: readValue(token.slice(9), place.values, place.open) };
  if (token !== '(' && token !== 'not') return null;
  reader.depth += 1;
  const inside = token === '(' ? readChain(reader) : readOne(reader);
  reader.depth -= 1;
  if (token === 'not') return inside === null ? null : { value: negate(isTruthy(inside.value)) ?? undefined };
  if (tokens[reader.at] !== ')') return null;
  reader.at += 1;
  return inside;
}
