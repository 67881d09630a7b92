import type { IssuerContext } from '../issuer/context.ts';
import { showIssuer } from '../issuer/issuers.ts';
import { MintmarkError } from '../problem.ts';
import type { OperationOutput, OperationRequest } from '../protocol/operations.ts';
import { actAsJob } from './act-as-job.ts';

/**
 * Changes options of an issuer; those that are not named stay, and jobs that run keep what they started with. Where the
 * real issuer follows from options (a Miren cluster's from its names), others have pinned it: changing it is confirmed.
 * @throws MintmarkError `confirmation_required`, `invalid_request` for options that no
 *   job there has, `issuer_not_found`
 */
export async function configureIssuer(
  context: IssuerContext,
  { slug, options, confirm }: OperationRequest<'issuers.configure'>,
): Promise<OperationOutput<'issuers.configure'>> {
  const before = await actAsJob(context, slug, {}, slug);
  const after = await actAsJob(context, slug, { options }, slug);
  const from = before.platform.realIssuer(before.job);
  const to = after.platform.realIssuer(after.job);
  const move = `The real issuer changes from ${from ?? 'none'} to ${to ?? 'none'}: whoever pinned it refuses new tokens, and old ones keep theirs.`;
  if (from !== to && !confirm) throw new MintmarkError('confirmation_required', `${move} Confirm it.`);

  const { store, clock, keyring, changes } = context;
  const { id } = before.issuer.row;
  store.transaction(() => {
    const row = store.issuers.byId(id);
    if (row === undefined || row.deletedAt !== null) throw new MintmarkError('issuer_not_found');
    store.issuers.update(id, { options: { ...row.options, ...options } });
    const event = { at: clock.now(), issuerId: id, subject: null };
    store.events.append({ ...event, name: 'issuer.configured', detail: { options: Object.keys(options) } });
    if (from !== to) store.events.append({ ...event, name: 'issuer.moved', detail: { from, to } });
  });
  keyring.refresh(id);
  changes.announce({ issuerUrl: before.issuer.url, kind: 'issuer' });
  const warnings = from === to ? after.warnings : [move, ...after.warnings];
  return { issuer: await showIssuer(context, { slug }), warnings: [...warnings] };
}
