import { MintmarkError } from '../problem.ts';

/** A cursor names the last row of the page before it (keyset paging). */
export function toCursor(id: number): string {
  return String(id);
}

/** @throws MintmarkError `invalid_request` for a cursor that no page gave out */
export function readCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (!/^[1-9][0-9]{0,15}$/.test(cursor)) throw new MintmarkError('invalid_request', 'cursor: not one of ours');
  return Number(cursor);
}
