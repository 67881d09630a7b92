import { createPublicKey, type KeyObject } from 'node:crypto';
import { MintmarkError } from '../problem.ts';
import type { OperationRequest } from '../protocol/operations.ts';
import type { Key, SigningAlgorithm } from '../protocol/resources.ts';
import type { KeyRow } from '../store/rows.ts';
import { isUsableKid } from '../verify/select-key.ts';
import { verifySignature } from '../verify/signature.ts';
import { ALGORITHM_SPECS, fitsAlgorithm, isSigningAlgorithm } from './algorithms.ts';
import { changeKeys, requireKey } from './change-keys.ts';
import type { IssuerContext } from './context.ts';
import { ensureIssuer } from './ensure-issuer.ts';
import type { IssuerEntry } from './keyring.ts';
import { showKey } from './keys.ts';
import { requireAlgorithmOf } from './new-key.ts';
import { type PrivateJwk, readPrivateJwk, readPrivatePem } from './read-private-key.ts';
import { createSigner } from './signer.ts';
import { computeJwkThumbprint, computeThumbprintKid } from './thumbprint.ts';

type ImportRequest = OperationRequest<'keys.import'>;

/**
 * Imports a private signing key as `next`, or as the active one; a legacy one of the platform only verifies unless it
 * is told to sign. A key is named by the request, its own `kid`, or the platform's rule, in this order. One that waits
 * here already is only activated, when that is asked for.
 * @throws MintmarkError `key_material`, `weak_key`, `key_too_large`,
 *   `algorithm_unsupported`, `key_exists` (also for the same key under another name),
 *   `key_state` for a legacy key while another old one is published, `invalid_request`
 */
export async function importKey(context: IssuerContext, request: ImportRequest): Promise<Key> {
  const isNewIssuer = context.keyring.bySlug(request.slug) === undefined;
  const issuer = await ensureIssuer(context, request.slug);
  const privateKey = readPrivateKey(request);
  const publicKey = createPublicKey(privateKey);
  const alg = chooseAlgorithm(issuer, privateKey, request.alg ?? readJwkAlgorithm(request.jwk));
  const kid = assertKid(request.kid ?? request.jwk?.kid ?? issuer.profile.kidOf(publicKey));
  await assertPairSigns(privateKey, publicKey, alg);

  changeKeys(context, issuer, (change) => {
    const thumbprint = computeThumbprintKid(publicKey);
    const same = change.keys().find((key) => computeJwkThumbprint(key.publicJwk) === thumbprint);
    if (same !== undefined) {
      const isSameUse = same.kid === kid && same.alg === alg;
      if (request.activate && isSameUse && canStillSign(issuer, same)) return change.activate(same);
      throw new MintmarkError('key_exists', explainExisting(same, { kid, alg, activate: request.activate }));
    }
    change.log('key.imported', kid, { alg });
    const placeholder = change.keys().find(({ state }) => state === 'active');
    const row = change.publish({ kid, alg, publicKey, privateKey });
    if (request.activate) change.activate(row);
    else if (issuer.profile.legacyAlgorithms?.includes(alg)) change.supersede(row);
    // Asking for the issuer has just made it, with a key that has signed nothing.
    if (request.activate && isNewIssuer && placeholder !== undefined)
      change.retire(requireKey(change, placeholder.kid));
  });
  return showKey(context, issuer, kid);
}

/** A key that waits, and whose private half is here and opens. */
function canStillSign({ keys }: IssuerEntry, { id, state }: KeyRow): boolean {
  return state === 'next' && keys.some(({ row, privateKey }) => row.id === id && privateKey !== null);
}

/** What there is, and what can be done by somebody who wants it to sign. */
function explainExisting(
  { kid, alg, state }: KeyRow,
  wanted: { readonly kid: string; readonly alg: SigningAlgorithm; readonly activate: boolean },
): string {
  const there = `This key is there as ${kid}`;
  if (!wanted.activate) return there;
  if (state === 'active') return `${there}, and signs already`;
  if (state === 'next' && (wanted.kid !== kid || wanted.alg !== alg)) return `${there} (${alg}): activate that one`;
  return `${there}, which is ${state} and does not sign here: another issuer can import and activate it`;
}

function readPrivateKey({ pem, jwk }: ImportRequest): KeyObject {
  if (pem !== undefined && jwk === undefined) return readPrivatePem(pem);
  if (jwk !== undefined && pem === undefined) return readPrivateJwk(jwk);
  throw new MintmarkError('invalid_request', 'pem, jwk: exactly one of them');
}

/** RFC 7517 §4.4; `Ed25519` is the newer name of what Mintmark's tokens call EdDSA (RFC 9864). */
function readJwkAlgorithm(jwk: PrivateJwk | undefined): SigningAlgorithm | undefined {
  const alg = jwk?.alg;
  if (alg === undefined || isSigningAlgorithm(alg)) return alg;
  if (alg === 'Ed25519') return 'EdDSA';
  throw new MintmarkError('key_material', 'The key cannot be used: alg: not an algorithm that an issuer signs with');
}

function chooseAlgorithm(
  { alg: issuerAlg, profile }: IssuerEntry,
  key: KeyObject,
  wanted: SigningAlgorithm | undefined,
): SigningAlgorithm {
  const fitting = Object.keys(ALGORITHM_SPECS)
    .filter(isSigningAlgorithm)
    .filter((alg) => fitsAlgorithm(key, alg));
  const alg = wanted ?? (fitting.includes(issuerAlg) ? issuerAlg : fitting[0]);
  if (alg === undefined || !fitting.includes(alg)) {
    throw new MintmarkError('key_material', 'The key cannot be used: its type does not fit the algorithm');
  }
  requireAlgorithmOf(profile, alg);
  return alg;
}

/** `.` and `..` could stand in no path (RFC 3986 §5.2.4), so that nobody could revoke such a key over HTTP. */
function assertKid(kid: unknown): string {
  if (isUsableKid(kid) && !/^\.{1,2}$|\p{Surrogate}/u.test(kid)) return kid;
  throw new MintmarkError('invalid_request', 'kid: 1 to 256 bytes without controls, and neither . nor ..');
}

/**
 * A private half that does not belong to its public one would mint tokens that nobody can verify.
 * @throws MintmarkError `key_material`
 */
export async function assertPairSigns(
  privateKey: KeyObject,
  publicKey: KeyObject,
  alg: SigningAlgorithm,
): Promise<void> {
  const signature = await createSigner(0, '', alg, privateKey)
    .sign('mintmark')
    .catch(() => '');
  if (verifySignature(alg, publicKey, 'mintmark', Buffer.from(signature, 'base64url'))) return;
  throw new MintmarkError('key_material', 'The key cannot be used: its halves do not belong together');
}
