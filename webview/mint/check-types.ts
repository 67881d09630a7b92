import { isJsonObject } from '../../daemon/token/strict-json.ts';
import type { PlatformClaim } from '../protocol.ts';

export interface WrongType {
  readonly name: string;
  /** As the platform's table has it. */
  readonly type: string;
}

const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  'string-or-null': (value) => typeof value === 'string' || value === null,
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  array: (value) => Array.isArray(value),
  object: isJsonObject,
};

/** Claims whose type is another one than on the platform; none for a text that is no JSON object. */
export function findWrongTypes(text: string, claims: readonly PlatformClaim[]): readonly WrongType[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  if (!isJsonObject(value)) return [];
  const typed = value;
  return claims.filter(({ name, type }) => Object.hasOwn(typed, name) && CHECKS[type]?.(typed[name]) === false);
}
