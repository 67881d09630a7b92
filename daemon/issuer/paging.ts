import { MintmarkError } from '../problem.ts';

/** @throws MintmarkError `invalid_request` for a cursor that no page gave out */
export function readCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (!/^[1-9][0-9]{0,15}$/.test(cursor)) throw new MintmarkError('invalid_request', 'cursor: not one of ours');
  return Number(cursor);
}

/**
 * The first `limit` rows, all without one, and the cursor of the page behind them: it names the last of these rows (keyset
 * paging), and is null where no row follows. `rows` goes on beyond the page when there are more.
 */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number | undefined,
  readId: (row: Row) => number,
): { readonly page: readonly Row[]; readonly nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, nextCursor: last !== undefined && rows.length > page.length ? String(readId(last)) : null };
}
