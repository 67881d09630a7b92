import type { KeyObject } from 'node:crypto';
import type { VerdictCode } from '../token/errors.ts';
import type { Provenance } from './verdict.ts';

/** JWS algorithms that a signature is ever checked with (RFC 7518 §3.1, RFC 8037, RFC 9864). No HMAC, no `none`. */
export type SignatureAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519';

/**
 * One public key as the verifier sees it. A key that must not be used is kept with its `fault`, so that the verdict can
 * say why (`key_retired`, `key_revoked`, `weak_key`) instead of `kid_unknown`.
 */
export interface VerificationKey {
  readonly kid: string | null;
  /** Algorithms that this key may check: one key, one algorithm where the key says so (RFC 8725 §3.1). */
  readonly algorithms: readonly SignatureAlgorithm[];
  /** null only with a fault. */
  readonly publicKey: KeyObject | null;
  /** The detail has no full stop. */
  readonly fault: { readonly code: VerdictCode; readonly detail: string } | null;
}

/** What an issuer's tokens may have as `iss` besides its URL. */
export interface OtherName {
  readonly issuer: string;
  /** First instant at which it counts no more, ms; null: it is not known to end. */
  readonly notAfter: number | null;
}

/** What a key source answers for an issuer: a set, or why there is none. */
export type KeySet =
  | {
      readonly ok: true;
      readonly provenance: Provenance;
      readonly keys: readonly VerificationKey[];
      /** Was the token of this name (`identifyToken`) revoked? null: this source cannot know. */
      readonly isRevoked: ((identity: string) => boolean) | null;
      /** Without it there are none. */
      readonly otherNames?: readonly OtherName[];
      /** Why the issuer that the token names is none, although its keys are there: a caller brought them. */
      readonly noIssuer?: string;
      /** Why nobody could be asked about revocation who must be: without an answer nothing is accepted. */
      readonly unasked?: { readonly code: 'issuer_unreachable'; readonly detail: string };
    }
  | {
      readonly ok: false;
      readonly code: 'iss_mismatch' | 'issuer_unreachable' | 'discovery_invalid' | 'keys_unavailable';
      readonly detail: string;
    };
