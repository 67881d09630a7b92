import { MintmarkError } from '../problem.ts';
import type { OperationOutput, OperationRequest } from '../protocol/operations.ts';
import type { Issuer } from '../protocol/resources.ts';
import { addIssuer } from './add-issuer.ts';
import { openKeyChange } from './change-keys.ts';
import { type IssuerContext, requireIssuer } from './context.ts';
import { DEFAULT_ISSUER_SLUG, ensureIssuer } from './ensure-issuer.ts';
import { cutPage, readCursor } from './paging.ts';
import { toIssuerView } from './views.ts';

/** Lists issuers, oldest first. */
export function listIssuers(
  context: IssuerContext,
  { limit, cursor }: OperationRequest<'issuers.list'>,
): OperationOutput<'issuers.list'> {
  const after = readCursor(cursor) ?? 0;
  const rest = context.keyring.all().filter((entry) => entry.row.id > after);
  const { page, nextCursor } = cutPage(rest, limit, ({ row }) => row.id);
  return { items: page.map((entry) => toIssuerView(entry, context.clock.now())), nextCursor };
}

/** Creates an issuer with its first signing key. @throws what `addIssuer` throws */
export async function createIssuer(
  context: IssuerContext,
  request: OperationRequest<'issuers.create'>,
): Promise<Issuer> {
  return toIssuerView(await addIssuer(context, request), context.clock.now());
}

/** @throws MintmarkError `issuer_not_found`, `platform_unavailable` */
export async function showIssuer(context: IssuerContext, { slug }: OperationRequest<'issuers.show'>): Promise<Issuer> {
  return toIssuerView(await ensureIssuer(context, slug), context.clock.now());
}

/**
 * Deletes an issuer: its keys are revoked and their private halves destroyed. Records of its tokens stay.
 * @throws MintmarkError `issuer_not_found`, `issuer_protected`
 */
export function deleteIssuer(
  context: IssuerContext,
  { slug }: OperationRequest<'issuers.delete'>,
): OperationOutput<'issuers.delete'> {
  const entry = requireIssuer(context, slug);
  if (slug === DEFAULT_ISSUER_SLUG) throw new MintmarkError('issuer_protected');
  const { store } = context;
  store.transaction(() => {
    const change = openKeyChange(context, entry.row, entry.profile);
    for (const key of change.keys()) {
      if (key.state !== 'revoked') change.revoke(key);
    }
    store.issuers.update(entry.row.id, { deletedAt: change.now });
    change.log('issuer.deleted', null, { slug });
  });
  context.keyring.refresh(entry.row.id);
  context.deletedIssuers.refresh();
  context.changes.announce({ issuerUrl: entry.url, kind: 'issuer' });
  return { deleted: true };
}
