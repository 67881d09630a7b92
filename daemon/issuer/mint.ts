import { MintmarkError } from '../problem.ts';
import type { MintedToken } from '../protocol/resources.ts';
import type { TokenRow } from '../store/rows.ts';
import { MAX_TOKEN_LENGTH } from '../token/compact.ts';
import { LOOK_ALIKE_MARK, LOOK_ALIKE_PARAMETER } from '../token/look-alike.ts';
import { formatMilliseconds } from '../token/time-words.ts';
import { buildClaims, readHeaderParameters, type WantedClaims } from './claims.ts';
import type { IssuerContext } from './context.ts';
import { ensureIssuer } from './ensure-issuer.ts';
import type { IssuerEntry } from './keyring.ts';
import { encodeSegment, type Signer } from './signer.ts';

/** How often a token is signed anew because its key was revoked or retired before the token was durable. */
const MAX_ATTEMPTS = 4;

/** A token that somebody asked for: by name of its issuer, with what it says. */
export interface WantedToken extends WantedClaims {
  readonly slug: string;
  readonly header?: Readonly<Record<string, unknown>> | undefined;
  /** Goes into the event log beside the token's name; nothing of it is secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /**
   * Asked when the signed token is about to be kept: throws what its caller is to get when nobody may have it any more.
   */
  readonly requireWanted?: () => void;
}

/**
 * Mints a token. When this resolves, its record is durable and its key still verifies it.
 * @throws MintmarkError `reserved_claim`, `reserved_header`, `ttl_out_of_range`, `invalid_request`, `too_large`,
 *   `key_unavailable`, `issuer_not_found`; what the store and `requireWanted` throw
 */
export async function mintToken(context: IssuerContext, wanted: WantedToken): Promise<MintedToken> {
  const issuer = await ensureIssuer(context, wanted.slug);
  const parameters = markLookAlike(readHeaderParameters(wanted.header ?? {}), wanted.lookAlikeOf);
  const stamp = context.stamps.next();
  const claims = buildClaims(issuer, wanted, stamp);
  const jti = claims.jti ?? stamp.jti;
  const claimsJson = JSON.stringify(claims);
  const payload = encodeSegment(claimsJson);

  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const signer = requireSigner(context, issuer);
    const header = encodeHeader(signer, parameters);
    const signingInput = `${header.encoded}.${payload}`;
    // Nothing is minted that the verifier would not even read.
    if (signingInput.length + 1 + signer.signatureLength > MAX_TOKEN_LENGTH) {
      throw new MintmarkError('too_large', `The token would have more than ${MAX_TOKEN_LENGTH} characters`);
    }
    const record = { jti, issuedAt: claims.iat, expiresAt: claims.exp, claimsJson };
    const signature = await signDurably(context, issuer, signer, signingInput, record, wanted);
    if (signature === null) continue;
    return {
      token: `${signingInput}.${signature}`,
      jti,
      kid: signer.kid,
      issuer: issuer.url,
      header: header.content,
      claims,
      expiresAt: formatMilliseconds(claims.exp * 1_000),
    };
  }
  throw new MintmarkError('key_unavailable', 'The keys of this issuer change faster than it can sign');
}

/** Null when the key stopped verifying before the record was durable: the token was never acknowledged. */
async function signDurably(
  context: IssuerContext,
  issuer: IssuerEntry,
  signer: Signer,
  signingInput: string,
  record: Pick<TokenRow, 'jti' | 'issuedAt' | 'expiresAt' | 'claimsJson'>,
  { detail = {}, requireWanted }: Pick<WantedToken, 'detail' | 'requireWanted'>,
): Promise<string | null> {
  const { store, keyring } = context;
  const issuerId = issuer.row.id;
  const slot = store.commits.reserve();
  let signature: string;
  try {
    signature = await signer.sign(signingInput);
  } catch (cause) {
    slot.release();
    throw new MintmarkError('key_unavailable', undefined, { cause });
  }
  const isKept = await slot.commit(() => {
    requireWanted?.();
    // A superseded key still verifies for the longest life of a token; a retired or revoked one does not.
    const state = keyring.byId(issuerId)?.keysById.get(signer.keyId)?.row.state;
    if (state !== 'active' && state !== 'retiring') return false;
    store.tokens.insert({ ...record, issuerId, keyId: signer.keyId });
    store.events.append({ at: context.clock.now(), name: 'token.minted', issuerId, subject: record.jti, detail });
    return true;
  });
  return isKept ? signature : null;
}

/** A token that carries somebody else's `iss` says in its header, which RFC 7515 §4.2 leaves open, that it is none. */
function markLookAlike(
  parameters: Readonly<Record<string, unknown>>,
  lookAlikeOf: string | undefined,
): Readonly<Record<string, unknown>> {
  return lookAlikeOf === undefined ? parameters : { ...parameters, [LOOK_ALIKE_PARAMETER]: LOOK_ALIKE_MARK };
}

function requireSigner(context: IssuerContext, issuer: IssuerEntry): Signer {
  const current = context.keyring.byId(issuer.row.id);
  if (current === undefined) throw new MintmarkError('issuer_not_found');
  if (current.signer === null) {
    throw new MintmarkError('key_unavailable', 'The signing key cannot be opened: rotate to a new one');
  }
  return current.signer;
}

function encodeHeader(signer: Signer, parameters: Readonly<Record<string, unknown>>) {
  if (Object.keys(parameters).length === 0) return { content: signer.header, encoded: signer.encodedHeader };
  const content = { ...signer.header, ...parameters };
  return { content, encoded: encodeSegment(JSON.stringify(content)) };
}
