import type { IssuerContext } from '../issuer/context.ts';
import { showIssuer } from '../issuer/issuers.ts';
import type { IssuerEntry } from '../issuer/keyring.ts';
import { computeKeyOverlap } from '../issuer/profile.ts';
import { MintmarkError } from '../problem.ts';
import type { OperationOutput, OperationRequest } from '../protocol/operations.ts';
import type { PreviousIssuer } from '../store/rows.ts';
import { formatMilliseconds } from '../token/time-words.ts';
import { actAsJob } from './act-as-job.ts';

/**
 * Changes options of an issuer; those that are not named stay, and jobs that run keep what they started with. Where the
 * real issuer follows from options (a Miren cluster's from its names), others have pinned it: changing it is confirmed.
 * Tokens that name the one before are accepted for as long as one may live, in this daemon's time.
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
  const { store, clock, keyring, changes } = context;
  const { id } = before.issuer.row;

  const warnings = store.transaction(() => {
    const row = store.issuers.byId(id);
    const issuer = keyring.byId(id);
    if (row === undefined || row.deletedAt !== null || issuer === undefined)
      throw new MintmarkError('issuer_not_found');
    const now = clock.now();
    const move = from === to ? null : planMove(issuer, { from, to }, now);
    if (move !== null && !confirm)
      throw new MintmarkError('confirmation_required', `${move.words} Confirm it, with --confirm or "confirm": true.`);
    store.issuers.update(id, { options: { ...row.options, ...options } });
    const event = { at: now, issuerId: id, subject: null };
    store.events.append({ ...event, name: 'issuer.configured', detail: { options: Object.keys(options) } });
    if (move === null) return [];
    if (move.previous !== null) store.moves.record(id, move.previous);
    store.events.append({ ...event, name: 'issuer.moved', detail: move.detail });
    return [move.words];
  });
  keyring.refresh(id);
  changes.announce({ issuerUrl: before.issuer.url, kind: 'issuer' });
  return { issuer: await showIssuer(context, { slug }), warnings: [...warnings, ...after.warnings] };
}

interface Move {
  /** What takes the slot; null: it stays as it is. */
  readonly previous: PreviousIssuer | null;
  readonly detail: Readonly<Record<string, string | null>>;
  /** What it means for others. */
  readonly words: string;
}

/** What becomes of the names of an issuer, of which one may be over before its time: there is one slot. */
function planMove(
  { url, profile, previousIssuer }: IssuerEntry,
  { from, to }: { readonly from: string | null; readonly to: string | null },
  nowMs: number,
): Move {
  const change = `The real issuer changes from ${from ?? 'none'} to ${to ?? 'none'}`;
  if (profile.realIssuerOf === undefined) {
    const words = `${change}: whoever pinned it refuses new tokens, and old ones keep theirs.`;
    return { previous: null, detail: { from, to }, words };
  }
  const left = previousIssuer !== null && nowMs < previousIssuer.notAfter ? previousIssuer : null;
  if (from === null) return { previous: null, detail: { from, to }, words: `${change}.` };
  const previous = { issuer: from, notAfter: nowMs + computeKeyOverlap(profile) * 1_000 };
  const acceptedUntil = formatMilliseconds(previous.notAfter);
  const ended = left === null || left.issuer === from || left.issuer === to ? null : left;
  const end =
    ended === null
      ? ''
      : `; those of ${ended.issuer}, accepted until ${formatMilliseconds(ended.notAfter)} otherwise, are refused from now on`;
  const fate =
    to === null
      ? `it mints and publishes nothing until it has one. Old tokens are accepted until ${acceptedUntil} by this daemon alone`
      : `whoever pinned it refuses new tokens. Old ones are accepted until ${acceptedUntil} by ${url}`;
  return {
    previous,
    detail: { from, to, acceptedUntil, ...(ended !== null && { ended: ended.issuer }) },
    words: `${change}: ${fate}${end}.`,
  };
}
