import { MintmarkError } from '../problem.ts';
import type { OperationOutput, OperationRequest } from '../protocol/operations.ts';
import type { TokenRecord } from '../protocol/resources.ts';
import type { TokenRow } from '../store/rows.ts';
import { formatMilliseconds } from '../token/time-words.ts';
import { type IssuerContext, requireIssuer } from './context.ts';
import { formatMillisecondsOrNull } from './instants.ts';
import { toIssuerUrl } from './keyring.ts';
import { cutPage, readCursor } from './paging.ts';
import { readClaims } from './read-claims.ts';

/** Lists token records, newest first, of one issuer or of all. @throws MintmarkError `issuer_not_found` */
export function listTokens(
  context: IssuerContext,
  { issuer, limit, cursor }: OperationRequest<'tokens.list'>,
): OperationOutput<'tokens.list'> {
  const before = readCursor(cursor);
  const rows = context.store.tokens.page({
    limit: limit + 1,
    ...(issuer === undefined ? {} : { issuerId: requireIssuer(context, issuer).row.id }),
    ...(before === undefined ? {} : { before }),
  });
  const { page, nextCursor } = cutPage(rows, limit, ({ id }) => id);
  return { items: page.map((row) => toTokenRecord(context, row)), nextCursor };
}

/** @throws MintmarkError `token_not_found` */
export function showToken(context: IssuerContext, { jti }: OperationRequest<'tokens.show'>): TokenRecord {
  return toTokenRecord(context, requireToken(context, jti));
}

/** Refuses a token from now on, durably. Revoking twice changes nothing. @throws MintmarkError `token_not_found` */
export function revokeToken(context: IssuerContext, { jti }: OperationRequest<'tokens.revoke'>): TokenRecord {
  const { store, clock, keyring } = context;
  const row = requireToken(context, jti);
  if (row.revokedAt === null) {
    const at = clock.now();
    store.transaction(() => {
      if (!store.tokens.revoke(jti, at)) return;
      store.events.append({ at, name: 'token.revoked', issuerId: row.issuerId, subject: jti, detail: {} });
    });
    const slug = requireSlug(context, row);
    context.revokedTokens.add(slug, row.claimsJson);
    const issuer = keyring.bySlug(slug);
    // Watches know a token by the jti that it holds: one without is found among all of its issuer.
    const held = issuer?.profile.jtiOf === null ? {} : { jti };
    if (issuer !== undefined) context.changes.announce({ issuerUrl: issuer.url, kind: 'token', ...held });
  }
  return showToken(context, { jti });
}

function requireToken(context: IssuerContext, jti: string): TokenRow {
  const row = context.store.tokens.byJti(jti);
  if (row === undefined) throw new MintmarkError('token_not_found');
  return row;
}

/** A record outlives its issuer: names of a deleted one come from the database. */
function requireSlug({ store, keyring }: IssuerContext, { issuerId }: TokenRow): string {
  const slug = (keyring.byId(issuerId)?.row ?? store.issuers.byId(issuerId))?.slug;
  if (slug === undefined) throw new MintmarkError('database_corrupt');
  return slug;
}

function toTokenRecord(context: IssuerContext, row: TokenRow): TokenRecord {
  const { store, keyring, baseUrl } = context;
  const issuer = keyring.byId(row.issuerId);
  const kid =
    issuer?.keysById.get(row.keyId)?.row.kid ??
    store.keys.byIssuer(row.issuerId).find((key) => key.id === row.keyId)?.kid;
  const claims = readClaims(row.claimsJson);
  if (kid === undefined) throw new MintmarkError('database_corrupt');
  return {
    jti: row.jti,
    issuer: toIssuerUrl(baseUrl, requireSlug(context, row)),
    kid,
    subject: typeof claims.sub === 'string' ? claims.sub : null,
    audience: readAudience(claims.aud),
    issuedAt: formatMilliseconds(row.issuedAt * 1_000),
    expiresAt: formatMilliseconds(row.expiresAt * 1_000),
    revokedAt: formatMillisecondsOrNull(row.revokedAt),
    claims,
  };
}

function readAudience(aud: unknown): TokenRecord['audience'] {
  if (typeof aud === 'string') return aud;
  return Array.isArray(aud) ? aud.filter((member) => typeof member === 'string') : null;
}
