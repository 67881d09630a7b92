import type { OperationInput } from '../../../daemon/protocol/operations.ts';
import { SLUG } from '../../../daemon/protocol/slug.ts';
import { isJsonObject } from '../../../daemon/token/strict-json.ts';
import { ToolError } from './tool-error.ts';

/** Longest token that a tool takes, characters: far beyond what any verifier accepts. */
export const LONGEST_TOKEN = 32_768;
const LONGEST_TEXT = 2_048;
const LONGEST_CLAIMS = 16_384;

/**
 * A tool's input, member by member. The editor checks it against the manifest's schema, other callers of
 * `lm.invokeTool` may not: nothing is used that was not read here.
 */
export interface ToolInput {
  text(name: string, longest?: number): string | undefined;
  slug(name: string): string | undefined;
  count(name: string, most: number): number | undefined;
  flag(name: string): boolean;
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined;
  claims(name: string): MintedClaims | undefined;
}

type MintedClaims = NonNullable<OperationInput<'tokens.mint'>['claims']>;

/** @throws ToolError for an input that is no object or has a member that is not in `known` */
export function readToolInput(input: unknown, known: readonly string[]): ToolInput {
  const members = input ?? {};
  if (!isJsonObject(members)) throw new ToolError('The input must be an object.');
  const stranger = Object.keys(members).find((name) => !known.includes(name));
  if (stranger !== undefined) throw new ToolError(`Known members of the input: ${known.join(', ') || 'none'}.`);
  const read = (name: string): unknown => (Object.hasOwn(members, name) ? members[name] : undefined);
  const text = (name: string, longest = LONGEST_TEXT): string | undefined => {
    const value = read(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value === '') throw new ToolError(`${name} must be a text.`);
    if (value.length > longest) throw new ToolError(`${name} is longer than ${longest} characters.`);
    return value;
  };
  return {
    text,
    slug(name) {
      const value = text(name);
      if (value !== undefined && !SLUG.test(value)) throw new ToolError(`${name} is no slug of an issuer.`);
      return value;
    },
    count(name, most) {
      const value = read(name);
      if (value === undefined) return undefined;
      if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > most) {
        throw new ToolError(`${name} must be a whole number from 1 to ${most}.`);
      }
      return value;
    },
    flag(name) {
      const value = read(name) ?? false;
      if (typeof value !== 'boolean') throw new ToolError(`${name} must be true or false.`);
      return value;
    },
    choice(name, choices) {
      const value = text(name);
      const chosen = choices.find((choice) => choice === value);
      if (value !== undefined && chosen === undefined) throw new ToolError(`${name} is one of ${choices.join(', ')}.`);
      return chosen;
    },
    claims(name) {
      const value = read(name);
      if (value === undefined) return undefined;
      if (!isJsonObject(value)) throw new ToolError(`${name} must be an object.`);
      const json = JSON.stringify(value);
      if (json.length > LONGEST_CLAIMS) throw new ToolError(`${name} is longer than ${LONGEST_CLAIMS} characters.`);
      // A copy: whoever called may change their own while this is under way.
      return JSON.parse(json) as MintedClaims;
    },
  };
}
