import type { VerdictCode } from '../token/errors.ts';

/** The checks of a verdict, all of them and in this order (CONTRACT §6). */
export const CHECK_NAMES = [
  'format',
  'algorithm',
  'key',
  'signature',
  'issuer',
  'audience',
  'type',
  'expiry',
  'not-before',
  'issued-at',
  'claims',
  'revocation',
] as const;

export type CheckName = (typeof CHECK_NAMES)[number];

export interface Check {
  readonly name: CheckName;
  readonly outcome: 'pass' | 'fail' | 'skip';
  readonly code: VerdictCode | null;
  readonly detail: string;
}

export type VerdictStatus = 'accepted' | 'refused' | 'undecided';

/** Whose keys the signature was held against; `none` where no key was found. */
export type Provenance = 'local-issuer' | 'trusted-issuer' | 'supplied-keys' | 'none';

/** What a verification found (CONTRACT §6). Header and claims are shown even when refused: they are data, not truth. */
export interface Verdict {
  readonly status: VerdictStatus;
  readonly reason: VerdictCode | null;
  readonly provenance: Provenance;
  readonly checks: readonly Check[];
  readonly header: Readonly<Record<string, unknown>> | null;
  readonly claims: Readonly<Record<string, unknown>> | null;
  readonly issuer: string | null;
  readonly kid: string | null;
  readonly jti: string | null;
  /** RFC 3339, UTC; null without a usable `exp`. */
  readonly expiresAt: string | null;
  /** When time alone will next change this verdict; null when it will not. */
  readonly changesAt: string | null;
}
