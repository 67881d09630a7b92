import type { z } from 'zod';
import { MintmarkError } from '../../problem.ts';
import { OPERATIONS, type OperationName, type OperationRequest } from '../../protocol/operations.ts';
import { nameMembers } from '../http/name-members.ts';
import { explainIssue } from './explain-issue.ts';

const NAMED_ISSUES = 5;

/**
 * Parses the input of an operation into its type, defaults filled in.
 *
 * @throws MintmarkError `invalid_request`, which names the members at fault and never repeats a value.
 */
export function parseOperationInput<N extends OperationName>(name: N, input: unknown): OperationRequest<N> {
  return parseInput(OPERATIONS[name].input, input) as OperationRequest<N>;
}

/**
 * Parses what came over a wire by its schema.
 *
 * @throws MintmarkError `invalid_request`, as above.
 */
export function parseInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input, { error: explainIssue });
  if (parsed.success) return parsed.data;
  throw new MintmarkError('invalid_request', parsed.error.issues.slice(0, NAMED_ISSUES).map(describeIssue).join('; '));
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = nameMembers(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys
      .slice(0, NAMED_ISSUES)
      .map((name) => nameMembers([name]))
      .join(', ');
    return `${path === '' ? '' : `${path}: `}there is no member ${names}`;
  }
  return `${path === '' ? 'the request' : path}: ${issue.message}`;
}
