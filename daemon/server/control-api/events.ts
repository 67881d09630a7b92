import type { IssuerContext } from '../../issuer/context.ts';
import { cutPage, readCursor } from '../../issuer/paging.ts';
import type { OperationOutput, OperationRequest } from '../../protocol/operations.ts';
import type { LogEvent } from '../../protocol/resources.ts';
import type { EventRow } from '../../store/rows.ts';
import { formatMilliseconds } from '../../token/time-words.ts';

/** An event as callers see it: the slug instead of the row of its issuer, also of one that was deleted since. */
export function toLogEvent({ keyring, store }: IssuerContext, row: EventRow): LogEvent {
  const { seq, at, name, issuerId, subject, detail } = row;
  const issuer = issuerId === null ? null : (keyring.byId(issuerId)?.row ?? store.issuers.byId(issuerId) ?? null);
  return { seq, at: formatMilliseconds(at), name, issuer: issuer?.slug ?? null, subject, detail };
}

/** The event log after `since`, oldest first; a cursor goes on where a page ended. */
export function listEvents(
  context: IssuerContext,
  { since, cursor, limit }: OperationRequest<'events.list'>,
): OperationOutput<'events.list'> {
  const after = readCursor(cursor) ?? since;
  const rows = context.store.events.after(after, limit + 1);
  const { page, nextCursor } = cutPage(rows, limit, ({ seq }) => seq);
  return { items: page.map((row) => toLogEvent(context, row)), nextCursor };
}
