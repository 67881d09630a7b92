import type { z } from 'zod';
import { MintmarkError } from '../problem.ts';
import { OPERATIONS, type OperationName, type OperationRequest } from '../protocol/operations.ts';

/** Member names come from the caller: only plain ones are repeated to him. */
const PLAIN_NAME = /^[\w.-]{1,64}$/;
const NAMED_ISSUES = 5;

/**
 * Parses the input of an operation into its type, defaults filled in.
 *
 * @throws MintmarkError `invalid_request`, which names the members at fault and never repeats a value.
 */
export function parseOperationInput<N extends OperationName>(name: N, input: unknown): OperationRequest<N> {
  const parsed = OPERATIONS[name].input.safeParse(input);
  if (!parsed.success) throw new MintmarkError('invalid_request', describeIssues(parsed.error.issues));
  return parsed.data as OperationRequest<N>;
}

export function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  return issues.slice(0, NAMED_ISSUES).map(describeIssue).join('; ');
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(nameMember).join('.');
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.slice(0, NAMED_ISSUES).map(nameMember).join(', ');
    return `${path === '' ? '' : `${path}: `}there is no member ${names}`;
  }
  return `${path === '' ? 'the request' : path}: ${issue.message}`;
}

function nameMember(name: PropertyKey): string {
  return PLAIN_NAME.test(String(name)) ? String(name) : '(a member)';
}
