import { type Findings, noteUnknown, warn } from './findings.ts';
import { decide, evaluate, evaluateText, type Outcome, type Scope, TOO_MUCH } from './github/expressions.ts';
import type { Json } from './yaml-access.ts';

interface Part {
  /** As it is written. */
  readonly source: string;
  /** The inside of `${{ }}`; null: plain text. */
  readonly expression: string | null;
}

/** Splits a text at its `${{ }}`; a `}}` inside quotes ends nothing (GitHub docs: "Expressions"). */
export function splitTemplate(text: string): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (let open = text.indexOf('${{'); open >= 0; open = text.indexOf('${{', at)) {
    const close = findEnd(text, open + 3);
    if (close < 0) break;
    if (open > at) parts.push({ source: text.slice(at, open), expression: null });
    parts.push({ source: text.slice(open, close + 2), expression: text.slice(open + 3, close) });
    at = close + 2;
  }
  if (at < text.length || parts.length === 0) parts.push({ source: text.slice(at), expression: null });
  return parts;
}

function findEnd(text: string, from: number): number {
  let isQuoted = false;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "'") isQuoted = !isQuoted;
    else if (!isQuoted && text.startsWith('}}', at)) return at;
  }
  return -1;
}

/** Where a text stands, for what is said of it. */
export interface Place {
  readonly where: string;
  readonly scope: Scope;
  readonly findings: Findings;
}

/** A longer text is left as it is: GitHub takes no expression of more than 21,000 characters. */
const LONGEST = 21_000;
/** So many characters are looked through for expressions at the cost of one that is evaluated. */
const PLAIN_OF_ONE = 64;

const LONGEST_TOLD = 256;

type Unclear = Exclude<Outcome<never>, { kind: 'known' }>;

/** Why a text is not looked into; null: it is. */
function leaveUnread(text: string, { scope: { budget } }: Place): Unclear | null {
  const cost = Math.floor(text.length / PLAIN_OF_ONE);
  budget.texts -= cost;
  if (cost > 0 && budget.texts < 0) return { kind: 'unknown', name: TOO_MUCH };
  return text.length > LONGEST ? { kind: 'refused', reason: 'it is too long' } : null;
}

/** The text with its expressions filled in. One that is not known stays as it is written, and is named. */
export function fillText(text: string, place: Place): string {
  const unread = leaveUnread(text, place);
  if (unread !== null) return leave(unread, text, place);
  return splitTemplate(text)
    .map(({ source, expression }) => {
      if (expression === null) return source;
      const outcome = evaluateText(expression, place.scope);
      return outcome.kind === 'known' ? outcome.value : leave(outcome, source, place);
    })
    .join('');
}

/** The value of a text that may be one expression; undefined where it is not known, which is named. */
export function fillValue(text: string, place: Place): Json | undefined {
  const unread = leaveUnread(text, place);
  if (unread !== null) {
    leave(unread, text, place);
    return undefined;
  }
  const parts = splitTemplate(text);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && only.expression !== null) {
    const outcome = evaluate(only.expression, place.scope);
    if (outcome.kind === 'known') return outcome.value;
    leave(outcome, only.source, place, null);
    return undefined;
  }
  const before = place.findings.unknowns.length;
  const filled = fillText(text, place);
  return place.findings.unknowns.length === before ? filled : undefined;
}

/** What an `if` comes to; null where it is not known. It is an expression without `${{ }}`, too. */
export function decideCondition(text: string, place: Place): boolean | null {
  const parts = splitTemplate(text.trim().slice(0, LONGEST));
  const isBare = parts.every(({ expression }) => expression === null);
  const only = parts.length === 1 ? parts[0] : undefined;
  // Text around an expression makes it a text, which is truthy: GitHub does so, too.
  const expression = isBare ? text.trim() : (only?.expression ?? "'text'");
  const outcome = decide(expression.trim() === '' ? 'success()' : expression, place.scope);
  if (outcome.kind === 'known') return outcome.value;
  leave(outcome, expression.trim(), place, 'true');
  return null;
}

function leave(outcome: Unclear, source: string, { where, findings }: Place, taken: string | null = source): string {
  if (outcome.kind === 'refused') {
    warn(findings, `${where}: the platform refuses ${cutText(source)}: ${outcome.reason}`);
  }
  noteUnknown(findings, outcome.kind === 'unknown' ? outcome.name : source, where, taken);
  return source;
}

/** As much as is told of it anyway. */
function cutText(text: string): string {
  return text.length > LONGEST_TOLD ? text.slice(0, LONGEST_TOLD) : text;
}
