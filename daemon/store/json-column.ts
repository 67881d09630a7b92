import { MintmarkError } from '../problem.ts';

/** Where a value lies, for whoever has to mend it. */
export interface Place {
  readonly table: string;
  readonly row: number;
  readonly column: string;
}

/** Reads a JSON object that this store wrote. @throws MintmarkError `database_corrupt` for anything else */
export function parseObject(text: string, place: Place): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse(place, 'is damaged JSON', cause);
  }
  if (!isJsonObject(value)) throw refuse(place, 'is no JSON object');
  return value;
}

/** Is a parsed JSON value an object, neither null nor an array? */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a JSON object of texts. @throws MintmarkError `database_corrupt` for anything else */
export function parseTexts(text: string, place: Place): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseObject(text, place))) {
    if (typeof value !== 'string') throw refuse(place, 'holds something that is no text');
    texts[name] = value;
  }
  return texts;
}

function refuse({ table, row, column }: Place, fault: string, cause?: unknown): MintmarkError {
  return refuseRow(table, row, `${column} ${fault}`, cause);
}

/** Nothing that the row says is quoted: it is whatever another program wrote there. */
export function refuseRow(table: string, row: number, fault: string, cause?: unknown): MintmarkError {
  return new MintmarkError('database_corrupt', `Row ${row} of ${table}: ${fault}`, { cause });
}
