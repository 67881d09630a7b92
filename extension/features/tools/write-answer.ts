import { showJson } from '../../../daemon/token/safe-text.ts';
import { tameValue } from './tame-value.ts';
import { ToolError } from './tool-error.ts';

const LONGEST_ANSWER = 24_576;

/**
 * What a tool gives to the language model: JSON in which nothing is invisible and no token and no key is left, whatever
 * the tool put in.
 *
 * @throws ToolError when it is more than a model should be given
 */
export function writeAnswer(answer: Readonly<Record<string, unknown>>): string {
  const text = showJson(tameValue(answer));
  if (text.length > LONGEST_ANSWER) throw new ToolError('The token says more than fits into an answer.');
  return text;
}
