import { MintmarkError } from '../problem.ts';

/** Reads a JSON object that this store wrote. @throws MintmarkError `database_corrupt` for anything else */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new MintmarkError('database_corrupt', 'A row holds damaged JSON', { cause });
  }
  if (!isJsonObject(value)) throw new MintmarkError('database_corrupt', 'A row does not hold a JSON object');
  return value;
}

/** Is a parsed JSON value an object, neither null nor an array? */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a JSON object of texts. @throws MintmarkError `database_corrupt` for anything else */
export function parseTexts(text: string): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseObject(text))) {
    if (typeof value !== 'string') throw new MintmarkError('database_corrupt', 'A row holds something that is no text');
    texts[name] = value;
  }
  return texts;
}
