import { expect, it } from 'vitest';
import { MintmarkError } from '../../../../daemon/problem.ts';
import type { OperationName } from '../../../../daemon/protocol/operations.ts';
import { parseOperationInput } from '../../../../daemon/server/control-api/operation-input.ts';

function explain(name: OperationName, input: unknown): string {
  try {
    parseOperationInput(name, input);
    return '';
  } catch (error) {
    if (error instanceof MintmarkError && error.code === 'invalid_request') return error.message;
    throw error;
  }
}

it.each<[string, OperationName, unknown, string]>([
  ['missing', 'issuers.create', {}, 'slug: is missing'],
  ['of another type', 'keys.rotate', { slug: 'a', prepublish: 1 }, 'prepublish: must be true or false'],
  ['of its own form', 'issuers.show', { slug: 'A' }, 'slug: a slug is 1 to 63 of a-z, 0-9 and inner hyphens'],
  ['none of a few', 'keys.rotate', { slug: 'a', alg: 'x' }, 'alg: must be RS256, PS256, ES256, ES384 or EdDSA'],
  ['empty', 'tokens.show', { jti: '' }, 'jti: must not be empty'],
  ['too long', 'tokens.show', { jti: 'x'.repeat(129) }, 'jti: must have at most 128 characters'],
  ['too large', 'issuers.list', { limit: 501 }, 'limit: must be at most 500'],
  ['no whole number', 'keys.schedule', { slug: 'a', everySeconds: 61.5 }, 'everySeconds: must be a whole number'],
  ['no instant', 'clock.set', { freeze: 'soon' }, 'freeze: must be an instant such as'],
  ['of no form', 'tokens.mint', { slug: 'a', audience: 7 }, 'audience: must be text or must be a list'],
  ['unknown', 'status', { a: 1, 'b c': 2 }, 'the request: there is no member a, (a member)'],
])('a member that is %s is told in plain words', (_what, name, input, told) => {
  expect(explain(name, input)).toContain(told.replace('the request: ', ''));
});
