import { data, Evaluator, type Expr, Lexer, Parser } from '@actions/expressions';
import { type FunctionCall, Grouping, IndexAccess, Literal, Logical, Star, Unary } from '@actions/expressions/ast';
import { TokenType } from '@actions/expressions/lexer';
import { truthy } from '@actions/expressions/result';
import type { Json } from '../yaml-access.ts';
import { Dictionary, fromData, toData } from './dictionary.ts';

/** Something that only the platform knows was asked for. */
class UnknownReached extends Error {
  readonly path: string;
  /** Does the path name the member that was asked for last? */
  readonly isComplete: boolean;

  constructor(path: string, isComplete: boolean) {
    super(path);
    this.path = path;
    this.isComplete = isComplete;
  }
}

/** Of one text that an expression makes, at most: `format` inside `format` would double it fifty times. */
const LONGEST_RESULT = 16_384;

const STATUS_FUNCTIONS = ['success', 'failure', 'always', 'cancelled'] as const;

/** What expressions may see where they stand. */
export interface Scope {
  readonly contexts: Readonly<Record<string, data.Dictionary>>;
  /** Status functions are there only in `if`: did everything run that the job needs? null: unknown. */
  readonly needsRan?: boolean | null;
  readonly budget: TextBudget;
}

/**
 * Characters that expressions of one file may still read and make: one may be in many jobs, and be evaluated for each.
 */
export interface TextBudget {
  texts: number;
}

/** What an expression is called that would cost too much. */
export const TOO_MUCH = 'an expression after too many others';
/** Of an expression, beside its characters. */
const COST_OF_EXPRESSION = 64;

/** Values that were taken of several: what is to be said of each, by its name in small letters, and those in use. */
export interface Guesses {
  readonly byName: ReadonlyMap<string, readonly string[]>;
  readonly read: Set<string>;
}

/**
 * An object of which some members are not known: asking for one is not the same as asking for one that is not there.
 */
export class PartialObject extends Dictionary {
  private readonly path: string;
  private readonly unknown: ReadonlyMap<string, string> | 'others';
  private readonly guesses: Guesses;

  /**
   * @param unknown names that are not known and how to call them, or all that `known` does not have
   * @param guesses members that are known only as one of several
   */
  constructor(
    path: string,
    known: Readonly<Record<string, data.ExpressionData>>,
    unknown: ReadonlyMap<string, string> | 'others' = 'others',
    guesses: Guesses = { byName: new Map(), read: new Set() },
  ) {
    super(Object.entries(known));
    this.path = path;
    this.unknown = unknown;
    this.guesses = guesses;
  }

  override get(key: string): data.ExpressionData | undefined {
    const value = super.get(key);
    for (const guess of this.guesses.byName.get(key.toLowerCase()) ?? []) this.guesses.read.add(guess);
    if (value !== undefined) return value;
    if (this.unknown === 'others') throw new UnknownReached(`${this.path}.${key}`, true);
    const name = this.unknown.get(key.toLowerCase());
    if (name !== undefined) throw new UnknownReached(name, true);
    return undefined;
  }

  override values(): data.ExpressionData[] {
    this.requireWhole();
    return super.values();
  }

  override pairs(): { key: string; value: data.ExpressionData }[] {
    this.requireWhole();
    return super.pairs();
  }

  private requireWhole(): void {
    for (const guess of [...this.guesses.byName.values()].flat()) this.guesses.read.add(guess);
    if (this.unknown === 'others' || this.unknown.size > 0) throw new UnknownReached(`${this.path}.*`, true);
  }
}

/** Characters of a text, members of a list. */
function measure(value: data.ExpressionData): number {
  if (value.kind === data.Kind.String) return value.value.length;
  return value.kind === data.Kind.Array ? value.values().length : 1;
}

/** Nothing more is evaluated: whatever was asked for is not known. */
class BudgetReached extends UnknownReached {
  constructor() {
    super(TOO_MUCH, true);
  }
}

/** The platform's own evaluator, which stops where something is not known. */
class KnowingEvaluator extends Evaluator {
  private readonly budget: TextBudget;

  constructor(
    expression: Expr,
    contexts: data.Dictionary,
    functions: ConstructorParameters<typeof Evaluator>[2],
    budget: TextBudget,
  ) {
    super(expression, contexts, functions);
    this.budget = budget;
  }

  private spendOn(value: data.ExpressionData): data.ExpressionData {
    this.budget.texts -= measure(value);
    if (this.budget.texts < 0) throw new BudgetReached();
    return value;
  }

  /** Whether it is truthy, also where one unknown operand does not matter: `false && x` is false, whatever x is. */
  decide(node: Expr): boolean {
    if (node instanceof Grouping) return this.decide(node.group);
    if (node instanceof Unary) return !this.decide(node.expr);
    if (!(node instanceof Logical)) return truthy(this.eval(node));
    const isAnd = node.operator.type === TokenType.AND;
    let unknown: UnknownReached | null = null;
    for (const operand of node.args) {
      try {
        if (this.decide(operand) !== isAnd) return !isAnd;
      } catch (error) {
        if (!(error instanceof UnknownReached)) throw error;
        unknown ??= error;
      }
    }
    if (unknown !== null) throw unknown;
    return isAnd;
  }

  override visitUnary(unary: Unary): data.ExpressionData {
    return new data.BooleanData(!this.decide(unary.expr));
  }

  override visitIndexAccess(access: IndexAccess): data.ExpressionData {
    try {
      return this.spendOn(super.visitIndexAccess(access));
    } catch (error) {
      // The evaluator wraps what its index threw.
      if (error instanceof Error && error.cause instanceof UnknownReached) throw error.cause;
      if (!(error instanceof UnknownReached)) throw error;
      if (error instanceof BudgetReached) throw error;
      if (error.isComplete) throw new UnknownReached(error.path, false);
      if (!(access.expr instanceof IndexAccess)) throw error;
      const { index } = access;
      const name = index instanceof Star ? '*' : index instanceof Literal ? index.literal.coerceString() : '…';
      throw new UnknownReached(`${error.path}.${name}`, false);
    }
  }

  override visitFunctionCall(call: FunctionCall): data.ExpressionData {
    // The parser looks functions up in an object, which has members that are none.
    const name = call.functionName.lexeme.toLowerCase();
    if (name in Object.prototype) throw new Error(`Unrecognized function: '${name}'`);
    const result = super.visitFunctionCall(call);
    if (result.kind === data.Kind.String && result.value.length > LONGEST_RESULT)
      throw new Error('its text is too long');
    return this.spendOn(result);
  }
}

/** What became of an expression: a value, a value that is not known, or something that the platform would refuse. */
export type Outcome<T> =
  | { readonly kind: 'known'; readonly value: T }
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'refused'; readonly reason: string };

function run<T>(text: string, scope: Scope, finish: (evaluator: KnowingEvaluator, expression: Expr) => T): Outcome<T> {
  scope.budget.texts -= text.length + COST_OF_EXPRESSION;
  if (scope.budget.texts < 0) return { kind: 'unknown', name: TOO_MUCH };
  try {
    const { tokens } = new Lexer(text).lex();
    if (tokens.length === 1) return { kind: 'refused', reason: 'it is empty' };
    const functions = scope.needsRan === undefined ? [] : listStatusFunctions(scope.needsRan);
    const expression = new Parser(tokens, Object.keys(scope.contexts), functions).parse();
    const contexts = new Dictionary(Object.entries(scope.contexts));
    const byName = new Map([FROM_JSON, ...functions].map((definition) => [definition.name.toLowerCase(), definition]));
    const evaluator = new KnowingEvaluator(expression, contexts, byName, scope.budget);
    return { kind: 'known', value: finish(evaluator, expression) };
  } catch (error) {
    if (error instanceof UnknownReached) return { kind: 'unknown', name: error.path };
    return { kind: 'refused', reason: error instanceof Error ? error.message : 'it is no expression' };
  }
}

/** In a run in which all went well so far (GitHub docs: "Status check functions"). */
function listStatusFunctions(needsRan: boolean | null) {
  const succeed = (): boolean => {
    if (needsRan === null) throw new UnknownReached('needs', false);
    return needsRan;
  };
  const answers = { success: succeed, always: () => true, failure: () => false, cancelled: () => false };
  return STATUS_FUNCTIONS.map((name) => ({
    name,
    minArgs: 0,
    maxArgs: name === 'success' || name === 'failure' ? 255 : 0,
    call: () => new data.BooleanData(answers[name]()),
  }));
}

/** The library's own has objects that leave out members of some names. */
const FROM_JSON = {
  name: 'fromJSON',
  minArgs: 1,
  maxArgs: 1,
  call: (text: data.ExpressionData) => {
    const parsed: Json = JSON.parse(text.coerceString());
    return toData(parsed);
  },
};

/** The inside of `${{ }}` as JSON. */
export function evaluate(expression: string, scope: Scope): Outcome<Json> {
  return run(expression, scope, (evaluator) => fromData(evaluator.evaluate()));
}

/** The inside of `${{ }}` as text, as GitHub puts it into one. */
export function evaluateText(expression: string, scope: Scope): Outcome<string> {
  return run(expression, scope, (evaluator) => evaluator.evaluate().coerceString());
}

/** Is it truthy? Without a status function it is so only when everything ran that the job needs. */
export function decide(expression: string, scope: Scope): Outcome<boolean> {
  const decided = run(expression, scope, (evaluator, node) => evaluator.decide(node));
  if (scope.needsRan === true || namesStatusFunction(expression)) return decided;
  if (scope.needsRan === false || (decided.kind === 'known' && !decided.value)) return { kind: 'known', value: false };
  return scope.needsRan === null && decided.kind === 'known' ? { kind: 'unknown', name: 'needs' } : decided;
}

function namesStatusFunction(expression: string): boolean {
  try {
    const { tokens } = new Lexer(expression).lex();
    return tokens.some(
      ({ lexeme }, at) =>
        tokens[at + 1]?.type === TokenType.LEFT_PAREN && STATUS_FUNCTIONS.some((name) => name === lexeme.toLowerCase()),
    );
  } catch {
    return false;
  }
}
