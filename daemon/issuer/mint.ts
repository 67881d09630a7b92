import { MintmarkError } from '../problem.ts';
import type { OperationRequest } from '../protocol/operations.ts';
import type { MintedToken } from '../protocol/resources.ts';
import { MAX_TOKEN_LENGTH } from '../token/compact.ts';
import { formatMilliseconds } from '../token/time-words.ts';
import { buildClaims, readHeaderParameters, type TokenClaims } from './claims.ts';
import type { IssuerContext } from './context.ts';
import { ensureIssuer } from './ensure-issuer.ts';
import type { IssuerEntry } from './keyring.ts';
import { encodeSegment, type Signer } from './signer.ts';

/** How often a token is signed anew because its key was revoked or retired before the token was durable. */
const MAX_ATTEMPTS = 4;

/**
 * Mints a token. When this resolves, its record is durable and its key still verifies it.
 * @throws MintmarkError `reserved_claim`, `reserved_header`, `ttl_out_of_range`, `invalid_request`, `too_large`,
 *   `key_unavailable`, `issuer_not_found`; what the store throws
 */
export async function mintToken(
  context: IssuerContext,
  request: OperationRequest<'tokens.mint'>,
): Promise<MintedToken> {
  if (request.event !== undefined || request.job !== undefined) {
    throw new MintmarkError('invalid_request', 'event, job: this platform has no jobs');
  }
  const issuer = await ensureIssuer(context, request.slug);
  const parameters = readHeaderParameters(request.header ?? {});
  const stamp = context.stamps.next();
  const claims = buildClaims(issuer, request, stamp);
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
    const signature = await signDurably(context, issuer, signer, signingInput, claims, claimsJson);
    if (signature === null) continue;
    return {
      token: `${signingInput}.${signature}`,
      jti: stamp.jti,
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
  claims: TokenClaims,
  claimsJson: string,
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
    // A superseded key still verifies for the longest life of a token; a retired or revoked one does not.
    const state = keyring.byId(issuerId)?.keysById.get(signer.keyId)?.row.state;
    if (state !== 'active' && state !== 'retiring') return false;
    store.tokens.insert({
      jti: claims.jti,
      issuerId,
      keyId: signer.keyId,
      issuedAt: claims.iat,
      expiresAt: claims.exp,
      claimsJson,
    });
    store.events.append({ at: context.clock.now(), name: 'token.minted', issuerId, subject: claims.jti, detail: {} });
    return true;
  });
  return isKept ? signature : null;
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
