import type { OperationName } from '../../protocol/operations.ts';
import type { Handlers } from './handler-map.ts';
import { parseOperationInput } from './operation-input.ts';

/**
 * Runs an operation on input that nobody has looked at yet.
 *
 * @throws MintmarkError `invalid_request`, or what the handler throws.
 */
export async function callOperation<N extends OperationName>(
  handlers: Handlers,
  name: N,
  input: unknown,
): Promise<unknown> {
  return handlers[name](parseOperationInput(name, input));
}
