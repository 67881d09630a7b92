import { type JsonPartView, type MemberView, readTokenView } from '../inspector/read-token.ts';
import { describeCountdown } from '../ui/countdown.ts';
import { canonicalizeJson } from '../ui/json-text.ts';
import { t } from '../ui/words.ts';

export interface ComparedRow {
  readonly part: 'header' | 'claims';
  readonly name: string;
  /** Several when the name is there several times. */
  readonly left: readonly MemberView[];
  readonly right: readonly MemberView[];
  readonly outcome: 'same' | 'different' | 'left' | 'right';
  /** How the two differ, in words, where that says more than the values. */
  readonly note: string | null;
}

/** Two tokens name by name, in the order of the left one and then the right one. Values are compared as JSON. */
export function compareTokens(left: string, right: string): readonly ComparedRow[] {
  const [one, other] = [readTokenView(left), readTokenView(right)];
  return [...compareParts('header', one.header, other.header), ...compareParts('claims', one.payload, other.payload)];
}

/** Have both claims to compare? An encrypted token has none that can be read, and other texts have none. */
export function haveClaims(left: string, right: string): boolean {
  return [left, right].every((text) => (readTokenView(text).payload?.members ?? null) !== null);
}

function compareParts(part: ComparedRow['part'], left: JsonPartView | null, right: JsonPartView | null): ComparedRow[] {
  const [ours, theirs] = [groupByName(left), groupByName(right)];
  return [...new Set([...ours.keys(), ...theirs.keys()])].map((name) => {
    const [one, other] = [ours.get(name) ?? [], theirs.get(name) ?? []];
    return { part, name, left: one, right: other, outcome: judge(one, other), note: describeDifference(one, other) };
  });
}

function groupByName(view: JsonPartView | null): Map<string, MemberView[]> {
  const groups = new Map<string, MemberView[]>();
  for (const member of view?.members ?? []) {
    const group = groups.get(member.name);
    if (group) group.push(member);
    else groups.set(member.name, [member]);
  }
  return groups;
}

function judge(left: readonly MemberView[], right: readonly MemberView[]): ComparedRow['outcome'] {
  if (left.length === 0) return 'right';
  if (right.length === 0) return 'left';
  const isSame = left.length === right.length && left.every(({ raw }, index) => isSameJson(raw, right[index]?.raw));
  return isSame ? 'same' : 'different';
}

/** Equal but for white space, escapes and the order of members; numbers digit by digit, since a double forgets some. */
function isSameJson(one: string, other: string | undefined): boolean {
  return other !== undefined && (one === other || canonicalizeJson(one) === canonicalizeJson(other));
}

function describeDifference(left: readonly MemberView[], right: readonly MemberView[]): string | null {
  const [one, other] = [left[0], right[0]];
  if (!one || !other || left.length > 1 || right.length > 1) return null;
  if (one.instant !== null && other.instant !== null && one.instant !== other.instant) {
    const distance = describeCountdown(other.instant - one.instant);
    return other.instant > one.instant
      ? t('{0} later on the right', distance)
      : t('{0} earlier on the right', distance);
  }
  if (
    /^[\d"]/.test(one.raw) &&
    one.raw.replaceAll('"', '') === other.raw.replaceAll('"', '') &&
    one.raw !== other.raw
  ) {
    return t('The same characters, once as text and once as a number.');
  }
  if (one.raw.toLowerCase() === other.raw.toLowerCase() && one.raw !== other.raw) {
    return t('They differ in upper and lower case only.');
  }
  return null;
}
