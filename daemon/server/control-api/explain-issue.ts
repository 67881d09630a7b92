import type { z } from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/**
 * Says in plain words what is wrong with a member, for `safeParse`; what a schema says itself goes before it. It never
 * repeats the value.
 */
export const explainIssue: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${joinOr(issue.values.map(String))}`;
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'must not be empty';
      return describeBound(issue.origin, `at least ${issue.minimum}`);
    case 'too_big':
      return describeBound(issue.origin, `at most ${issue.maximum}`);
    case 'invalid_format':
      return issue.format === 'datetime' ? 'must be an instant such as 2027-01-01T00:00:00Z' : undefined;
    case 'invalid_union':
      return joinOr([...new Set(issue.errors.map(([first]) => first?.message ?? 'be of another form'))]);
    default:
      return undefined;
  }
};

function describeBound(origin: string, bound: string): string {
  if (origin === 'string') return `must have ${bound} characters`;
  return origin === 'array' ? `must have ${bound} entries` : `must be ${bound}`;
}

function joinOr(texts: readonly string[]): string {
  const [last = '', ...before] = texts.toReversed();
  return before.length === 0 ? last : `${before.toReversed().join(', ')} or ${last}`;
}
