import { MintmarkError } from '../../problem.ts';

/** Takes a text that a variable left empty for the mistake that it is. @throws MintmarkError `usage` */
export function parseNonEmpty(text: string): string {
  if (text.trim() === '') throw new MintmarkError('usage', 'the value is empty');
  return text;
}
