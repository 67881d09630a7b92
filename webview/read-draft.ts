import { TokenError } from '../daemon/token/errors.ts';
import { findInexactNumber } from '../daemon/token/exact-numbers.ts';
import { isJsonObject, parseStrictJson } from '../daemon/token/strict-json.ts';
import type { MintDraft } from './protocol.ts';

type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/**
 * What a filled-in form asks the issuer for; what was left empty is up to the issuer. Which job is meant stands apart.
 */
export interface MintOrder {
  readonly slug: string;
  readonly subject?: string;
  /** One audience is a text, as most libraries expect it (RFC 7519 §4.1.3). */
  readonly audience?: string | string[];
  readonly claims?: Record<string, JsonValue>;
  readonly ttlSeconds?: number;
  readonly lookAlike?: true;
}

export type FaultCode = 'life' | 'json' | 'not_object' | 'reserved' | 'own_field' | 'inexact' | 'issuer';

/** What is wrong with a field; `values` fill the sentence that belongs to the code. */
export interface DraftFault {
  readonly field: 'issuer' | 'life' | 'claims';
  readonly code: FaultCode;
  readonly values: readonly (string | number)[];
}

/** RFC 7519 §4.1: claims that the issuer sets, and those that have a field of their own. */
const RESERVED: ReadonlySet<string> = new Set(['iss', 'iat', 'nbf', 'exp', 'jti']);
const OWN_FIELD: ReadonlySet<string> = new Set(['sub', 'aud']);

/**
 * Reads the form on both sides: in the page to tell what is wrong while it is typed, and in the extension, which trusts
 * no page.
 */
export function readDraft(draft: MintDraft): {
  readonly order: MintOrder | null;
  readonly faults: readonly DraftFault[];
} {
  const faults: DraftFault[] = [];
  const life = draft.life.trim();
  const ttlSeconds = life === '' ? undefined : readLife(life);
  if (ttlSeconds === null) faults.push({ field: 'life', code: 'life', values: [] });
  if (draft.slug === '') faults.push({ field: 'issuer', code: 'issuer', values: [] });
  const claims = readClaims(draft.claims, faults);
  if (faults.length > 0 || ttlSeconds === null) return { order: null, faults };
  const [first, ...others] = splitAudience(draft.audience);
  const subject = draft.subject.trim();
  const order = {
    slug: draft.slug,
    ...(subject === '' ? {} : { subject }),
    ...(first === undefined ? {} : { audience: others.length === 0 ? first : [first, ...others] }),
    ...(claims === undefined ? {} : { claims }),
    ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
    ...(draft.lookAlike ? { lookAlike: true as const } : {}),
  };
  return { order, faults };
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400 };

/** `90`, `90s`, `5m` or `1h` in seconds; null for anything else. */
export function readLife(text: string): number | null {
  const found = /^(\d{1,9})\s*(s|m|min|h|d)?$/.exec(text);
  const seconds = Number(found?.[1]) * (UNITS[found?.[2] ?? 's'] ?? Number.NaN);
  return Number.isSafeInteger(seconds) && seconds > 0 ? seconds : null;
}

/** Audiences as they are typed: separated by commas or white space. */
export function splitAudience(text: string): string[] {
  return text
    .split(/[,\s]+/)
    .filter((part) => part !== '')
    .slice(0, 64);
}

function readClaims(text: string, faults: DraftFault[]): Record<string, JsonValue> | undefined {
  if (text.trim() === '') return undefined;
  const add = (code: FaultCode, ...values: readonly (string | number)[]) =>
    faults.push({ field: 'claims', code, values });
  let value: unknown;
  try {
    value = parseStrictJson(text);
  } catch (error) {
    const offset = error instanceof TokenError ? (error.offset ?? 0) : 0;
    const before = text.slice(0, offset).split('\n');
    const what = error instanceof TokenError ? error.message.replace(/ at offset \d+$/, '') : '';
    add('json', before.length, (before.at(-1)?.length ?? 0) + 1, what);
    return undefined;
  }
  if (!isJsonRecord(value)) {
    add('not_object');
    return undefined;
  }
  for (const name of Object.keys(value)) {
    if (RESERVED.has(name)) add('reserved', name);
    else if (OWN_FIELD.has(name)) add('own_field', name);
  }
  const inexact = findInexactNumber(text);
  if (inexact !== null) add('inexact', inexact.literal);
  return value;
}

/** What JSON.parse makes of an object holds nothing but JSON. */
function isJsonRecord(value: unknown): value is Record<string, JsonValue> {
  return isJsonObject(value);
}
