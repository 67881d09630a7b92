import { MintmarkError } from '../../problem.ts';

const DATE = /^\d{4}-\d\d-\d\d/;
const TIME = /^(?:[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d))?$/;

/**
 * Reads an instant (RFC 3339), or a date, which stands for its first moment in UTC.
 *
 * @returns it in UTC
 * @throws MintmarkError `usage`
 */
export function parseInstant(text: string): string {
  const [date = ''] = DATE.exec(text) ?? [];
  const at = TIME.test(text.slice(date.length)) ? Date.parse(text) : Number.NaN;
  // Some days that there are not are taken for days of the next month.
  const isDay = new Date(Date.parse(`${date}T00:00:00Z`) || 0).toISOString().startsWith(date);
  if (date === '' || Number.isNaN(at) || !isDay) {
    throw new MintmarkError('usage', `'${text}' is no instant; write 2027-01-01 or 2027-01-01T09:30:00Z`);
  }
  return new Date(at).toISOString();
}
