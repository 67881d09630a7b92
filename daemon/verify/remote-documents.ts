import { MintmarkError } from '../problem.ts';
import { TokenError } from '../token/errors.ts';
import { isJsonObject, parseStrictJson } from '../token/strict-json.ts';
import { decodeUtf8 } from '../token/utf8.ts';
import {
  type FetchDocument,
  type FetchedDocument,
  ForbiddenFetchError,
  readMaxAge,
  UnusableAnswerError,
} from './fetch-document.ts';
import { findJwksUriFault } from './issuer-url.ts';
import type { KeySet, VerificationKey } from './keys.ts';
import { readJwkSetDocument } from './supplied-keys.ts';

/** Why an issuer's keys are not there, in the words of a verdict. */
export type KeyFailure = Extract<KeySet, { ok: false }>;

export interface Discovery {
  readonly jwksUri: string;
  readonly maxAgeSeconds: number;
}

export interface PublishedKeys {
  readonly keys: readonly VerificationKey[];
  /** The document as it came, to tell a change. */
  readonly text: string;
  readonly maxAgeSeconds: number;
}

/**
 * Reads an issuer's discovery document (OIDC Discovery 1.0 §4): its `issuer` must be exactly the one that was asked
 * for, and its `jwks_uri` as safe as the issuer itself.
 */
export async function fetchDiscovery(issuer: string, fetchDocument: FetchDocument): Promise<Discovery | KeyFailure> {
  const base = issuer.endsWith('/') ? issuer.slice(0, -1) : issuer;
  let answer: FetchedDocument;
  try {
    answer = await fetchDocument(`${base}/.well-known/openid-configuration`);
  } catch (error) {
    if (error instanceof ForbiddenFetchError) return refuseToAsk(error.message);
    if (error instanceof UnusableAnswerError) return refuseDocument(error);
    return failWith('issuer_unreachable', `The issuer does not answer: ${describeError(error)}`);
  }
  if (answer.status !== 200) {
    return failWith('discovery_invalid', `The issuer answers the discovery request with status ${answer.status}`);
  }
  try {
    const document = parseStrictJson(decodeUtf8(answer.body));
    if (!isJsonObject(document)) return failWith('discovery_invalid', 'The discovery document is not a JSON object');
    if (document.issuer !== issuer) {
      return failWith('discovery_invalid', 'The discovery document is that of another issuer');
    }
    const jwksUri = document.jwks_uri;
    if (typeof jwksUri !== 'string') return failWith('discovery_invalid', 'The discovery document names no jwks_uri');
    const fault = findJwksUriFault(jwksUri, issuer);
    if (fault !== null) return failWith('discovery_invalid', `The discovery document is not acceptable: ${fault}`);
    return { jwksUri, maxAgeSeconds: readMaxAge(answer.headers) };
  } catch (error) {
    return refuseDocument(error);
  }
}

/** Reads the JWK Set at a `jwks_uri`. */
export async function fetchKeys(jwksUri: string, fetchDocument: FetchDocument): Promise<PublishedKeys | KeyFailure> {
  try {
    const answer = await fetchDocument(jwksUri);
    if (answer.status !== 200) {
      return failWith('keys_unavailable', `The issuer answers the request for its keys with status ${answer.status}`);
    }
    const text = decodeUtf8(answer.body);
    return { keys: readJwkSetDocument(answer.body), text, maxAgeSeconds: readMaxAge(answer.headers) };
  } catch (error) {
    return failWith('keys_unavailable', `The keys of the issuer cannot be had: ${describeError(error)}`);
  }
}

function refuseDocument(error: unknown): KeyFailure {
  return failWith('discovery_invalid', `The discovery document is not acceptable: ${describeError(error)}`);
}

/** It was not asked, so it is not said to be silent. */
export function refuseToAsk(fault: string): KeyFailure {
  return failWith('discovery_invalid', `This is no issuer that can be asked: ${fault}`);
}

/** Why there are no keys. `detail` is without its full stop. */
export function failWith(code: KeyFailure['code'], detail: string): KeyFailure {
  return { ok: false, code, detail: `${detail}.` };
}

function describeError(error: unknown): string {
  if (error instanceof TokenError || error instanceof MintmarkError) return error.message;
  return error instanceof Error && error.message !== '' ? error.message : 'the request failed';
}
