import { readText } from '../yaml-access.ts';
import type { YamlEntry } from '../yaml-tree.ts';
import { evaluateAzure, makeScalar, toText } from './expression.ts';
import type { AzureVariables } from './variables.ts';

/** How far variables that a run computes may stand for each other. */
const DEEPEST = 5;
/** Of one expression; no real one asks for more. */
const MOST_NAMES = 100;

/**
 * Variables as a run has them for an expression: those that are `$[…]` computed (Azure docs: "Define variables",
 * "Runtime expression syntax"). What nobody here knows is left an expression.
 * @param budget characters that may still be computed, in the whole file
 */
export function settleVariables(
  variables: AzureVariables,
  expression: string,
  budget: { left: number },
  depth = 0,
): AzureVariables {
  const settled = new Map<string, YamlEntry>();
  for (const name of listNames(expression)) {
    const entry = variables.entries.get(name);
    const text = readText(entry?.value);
    if (entry === undefined || text === undefined || !text.includes('$')) continue;
    const value = settleText(variables, text, { budget, depth }) ?? `\${{ variables.${name} }}`;
    settled.set(name, { line: entry.line, value: makeScalar(value, entry.line) });
  }
  return settled.size === 0 ? variables : { ...variables, entries: new Map([...variables.entries, ...settled]) };
}

/** Everything in an expression that may be the name of a variable, in lower case. */
function listNames(expression: string): ReadonlySet<string> {
  const names = [...expression.toLowerCase().matchAll(/'([^']*)'|variables\.(\w+)/g)];
  return new Set(names.slice(0, MOST_NAMES).map(([, quoted, plain]) => quoted ?? plain ?? ''));
}

/** undefined: nobody here knows it. */
function settleText(
  variables: AzureVariables,
  text: string,
  { budget, depth }: { readonly budget: { left: number }; readonly depth: number },
): string | undefined {
  budget.left -= text.length + 1;
  if (budget.left < 0) return undefined;
  // No document says that macros are filled in before the condition of a stage or a job is decided, or that they are not.
  if (text.includes('$(')) return undefined;
  const [, expression] = /^\s*\$\[(.*)\]\s*$/s.exec(text) ?? [];
  if (expression === undefined) return /\$[[{]/.test(text) ? undefined : text;
  if (depth === DEEPEST) return undefined;
  const names = new Map([['variables', settleVariables(variables, expression, budget, depth + 1)]]);
  const value = evaluateAzure(expression, { names, open: new Set(['variables']) });
  return value.kind === 'unknown' ? undefined : toText(value);
}
