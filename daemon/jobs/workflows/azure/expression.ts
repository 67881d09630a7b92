import { readTokens } from '../condition.ts';
import type { YamlScalar, YamlTree } from '../yaml-tree.ts';

/** Something that nobody here knows, by its name. */
export interface UnknownTree {
  readonly kind: 'unknown';
  readonly name: string;
}
/** What an expression comes to. */
export type AzureValue = YamlTree | UnknownTree;

/**
 * What expressions may see: `parameters`, `variables` and what `each` names; in lower case, as case does not matter.
 */
export interface AzureScope {
  readonly names: ReadonlyMap<string, YamlTree>;
  /** Those of which a missing member is not known, instead of null. */
  readonly open: ReadonlySet<string>;
  /** Of a `condition`, which has the functions of a run's status: does everything run that it needs? */
  readonly needsRun?: boolean;
}

const TOKEN = /\s+|'(?:[^']|'')*'|-?(?:\d+\.?\d*|\.\d+)(?![\w.])|[A-Za-z_]\w*|[.,()[\]]/y;
const DEEPEST = 50;
const LONGEST = 16_384;

export function makeScalar(value: YamlScalar['value'], line = 1): YamlScalar {
  return { kind: 'scalar', value, line, size: 1 };
}

/** A scalar as the text that an expression makes of it; undefined for anything else. */
export function toText(tree: YamlTree): string | undefined {
  if (tree.kind !== 'scalar') return undefined;
  if (typeof tree.value === 'boolean') return tree.value ? 'True' : 'False';
  return tree.value === null ? '' : String(tree.value);
}

/** Does a value count as true? What is no scalar does. */
export function isTrue(tree: YamlTree): boolean {
  return (
    tree.kind !== 'scalar' || (tree.value !== null && tree.value !== '' && tree.value !== 0 && tree.value !== false)
  );
}

/**
 * Evaluates an expression as far as its values are known (Azure docs: "Expressions", "Template expressions"). What it
 * does not have here, such as `counter` or a version, is not known.
 */
export function evaluateAzure(text: string, scope: AzureScope): AzureValue {
  const unknown = { kind: 'unknown', name: text.trim() } as const;
  const tokens = readTokens(text, TOKEN);
  if (tokens === null) return unknown;
  const reader: Reader = { tokens, at: 0, depth: 0, scope };
  const value = readValue(reader);
  return reader.at === tokens.length ? (value ?? unknown) : unknown;
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
  depth: number;
  readonly scope: AzureScope;
}

/** undefined, from here on: this is no expression. */
function readValue(reader: Reader): AzureValue | undefined {
  const token = reader.tokens[reader.at] ?? '';
  reader.at += 1;
  if (token.startsWith("'")) return makeScalar(token.slice(1, -1).replaceAll("''", "'"));
  if (/^[-.\d]/.test(token) && token !== '.') return makeScalar(Number(token));
  if (!/^\w/.test(token)) return undefined;
  const name = token.toLowerCase();
  if (reader.tokens[reader.at] === '(') return readCall(reader, name);
  if (name === 'true' || name === 'false') return makeScalar(name === 'true');
  if (name === 'null') return makeScalar(null);
  return readPath(reader, token);
}

function readCall(reader: Reader, name: string): AzureValue | undefined {
  if (reader.depth === DEEPEST) return undefined;
  const from = reader.at - 1;
  reader.at += 1;
  reader.depth += 1;
  const values: AzureValue[] = [];
  while (reader.tokens[reader.at] !== ')') {
    if (values.length > 0) {
      if (reader.tokens[reader.at] !== ',') return undefined;
      reader.at += 1;
    }
    const value = readValue(reader);
    if (value === undefined) return undefined;
    values.push(value);
  }
  reader.depth -= 1;
  reader.at += 1;
  return callFunction(name, values, reader) ?? { kind: 'unknown', name: reader.tokens.slice(from, reader.at).join('') };
}

/** `parameters.a`, `parameters['a']`, `job.steps[0]`. */
function readPath(reader: Reader, first: string): AzureValue | undefined {
  const { scope, tokens } = reader;
  const root = first.toLowerCase();
  let value: AzureValue = scope.names.get(root) ?? { kind: 'unknown', name: first };
  let path = first;
  for (let isFirst = true; ; isFirst = false) {
    const mark = tokens[reader.at];
    if (mark !== '.' && mark !== '[') break;
    reader.at += 1;
    const key: AzureValue | undefined = mark === '.' ? makeScalar(tokens[reader.at++] ?? '') : readValue(reader);
    if (key === undefined) return undefined;
    if (mark === '[' && tokens[reader.at++] !== ']') return undefined;
    const name = key.kind === 'unknown' ? undefined : toText(key);
    path += mark === '.' && name !== undefined ? `.${name}` : `['${name ?? '…'}']`;
    if (value.kind === 'unknown' || name === undefined) value = { kind: 'unknown', name: path };
    else
      value =
        pickMember(value, name) ??
        (isFirst && scope.open.has(root) ? { kind: 'unknown', name: path } : makeScalar(null));
  }
  if (value.kind !== 'scalar' || typeof value.value !== 'string') return value;
  // What is left of an expression is one that nobody knows.
  const isUsable = value.value.length <= LONGEST && !value.value.includes('${{');
  return isUsable ? value : { kind: 'unknown', name: path };
}

function pickMember(tree: YamlTree, name: string): YamlTree | undefined {
  if (tree.kind === 'list') return /^\d{1,6}$/.test(name) ? tree.items[Number(name)] : undefined;
  if (tree.kind !== 'mapping') return undefined;
  const lower = name.toLowerCase();
  const exact = tree.entries.get(name) ?? tree.entries.get(lower);
  if (exact !== undefined) return exact.value;
  for (const [key, { value }] of tree.entries) if (key.toLowerCase() === lower) return value;
  return undefined;
}

/** null: there is no such function here, or a value that it needs is not known. */
function callFunction(name: string, values: readonly AzureValue[], { scope }: Reader): AzureValue | null {
  if (name === 'and' || name === 'or') return joinTruths(values, name === 'and');
  if (scope.needsRun !== undefined && values.length === 0) {
    // In a run in which all goes well: what is skipped does not succeed.
    if (name === 'succeeded') return makeScalar(scope.needsRun);
    if (name === 'always') return makeScalar(true);
    if (name === 'succeededorfailed') return scope.needsRun ? makeScalar(true) : null;
    if (name === 'failed' || name === 'canceled') return makeScalar(false);
  }
  const known: YamlTree[] = [];
  for (const value of values) {
    if (value.kind === 'unknown') return null;
    known.push(value);
  }
  const run = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  const result = run?.(known) ?? null;
  if (typeof result === 'string' && result.length > LONGEST) return null;
  return result === null ? null : makeScalar(result);
}

function joinTruths(values: readonly AzureValue[], isAnd: boolean): YamlTree | UnknownTree | null {
  if (values.length < 2) return null;
  let unknown: UnknownTree | null = null;
  for (const value of values) {
    if (value.kind === 'unknown') unknown ??= value;
    else if (isTrue(value) !== isAnd) return makeScalar(!isAnd);
  }
  return unknown ?? makeScalar(isAnd);
}

type Run = (values: readonly YamlTree[]) => string | number | boolean | null;

/** Of two texts, in any case; null: something else was given. */
const compareTexts =
  (compare: (one: string, other: string) => boolean): Run =>
  ([one, other, ...more]) => {
    const [a, b] = [one, other].map((tree) => (tree === undefined ? undefined : toText(tree)?.toLowerCase()));
    return a === undefined || b === undefined || more.length > 0 ? null : compare(a, b);
  };

const changeText =
  (change: (text: string) => string): Run =>
  ([one, ...more]) => {
    const text = one === undefined || more.length > 0 ? undefined : toText(one);
    return text === undefined ? null : change(text);
  };

const FUNCTIONS: Readonly<Record<string, Run>> = {
  eq: (values) => isEqual(values),
  ne: (values) => negate(isEqual(values)),
  in: ([first, ...others]) => isAny(first, others),
  notin: ([first, ...others]) => negate(isAny(first, others)),
  not: ([one, ...more]) => (one === undefined || more.length > 0 ? null : !isTrue(one)),
  xor: ([one, other]) => (one === undefined || other === undefined ? null : isTrue(one) !== isTrue(other)),
  contains: compareTexts((one, other) => one.includes(other)),
  startswith: compareTexts((one, other) => one.startsWith(other)),
  endswith: compareTexts((one, other) => one.endsWith(other)),
  lower: changeText((text) => text.toLowerCase()),
  upper: changeText((text) => text.toUpperCase()),
  trim: changeText((text) => text.trim()),
  length: ([one]) =>
    one?.kind === 'list' ? one.items.length : one === undefined ? null : (toText(one)?.length ?? null),
  coalesce: (values) => values.map(toText).find((text) => text !== '') ?? null,
  format: ([pattern, ...values]) => formatText(pattern, values),
};

function negate(answer: ReturnType<Run>): boolean | null {
  return typeof answer === 'boolean' ? !answer : null;
}

function isAny(first: YamlTree | undefined, others: readonly YamlTree[]): boolean | null {
  if (first === undefined || others.length === 0) return null;
  const answers = others.map((other) => isEqual([first, other]));
  return answers.includes(true) ? true : answers.includes(null) ? null : false;
}

/** The right is made what the left is (Azure docs: "Expressions", "Type casting"); what cannot be is not equal. */
function isEqual([left, right, ...more]: readonly YamlTree[]): boolean | null {
  if (left?.kind !== 'scalar' || right?.kind !== 'scalar' || more.length > 0) return null;
  const text = toText(right) ?? '';
  if (left.value === null) return text === '';
  if (typeof left.value === 'boolean') return left.value === isTrue(right);
  if (typeof left.value === 'string') return left.value.toLowerCase() === text.toLowerCase();
  if (typeof right.value === 'boolean') return left.value === Number(right.value);
  return text.length <= 40 && /^\s*[-+]?[\d,]*\.?\d*\s*$/.test(text) && left.value === Number(text.replaceAll(',', ''));
}

/** `{0}` stands for the first value; a format for a date or number is not known here. */
function formatText(pattern: YamlTree | undefined, values: readonly YamlTree[]): string | null {
  const text = pattern === undefined ? undefined : toText(pattern);
  const texts = values.map(toText);
  if (text === undefined || texts.includes(undefined)) return null;
  if (/[{}]/.test(text.replace(/\{\{|\}\}|\{\d+\}/g, ''))) return null;
  const longest = Math.max(0, ...texts.map((one) => one?.length ?? 0));
  if (text.split('{').length * longest > LONGEST) return null;
  return text.replace(/\{\{|\}\}|\{(\d+)\}/g, (part, index?: string) =>
    index === undefined ? (part[0] ?? '') : (texts[Number(index)] ?? ''),
  );
}
