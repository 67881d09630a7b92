/**
 * Rows as the other rooms see them. Instants are milliseconds since the epoch unless a name says seconds; the store
 * neither reads a clock nor judges a state: whoever writes passes both in.
 */
export interface IssuerRow {
  readonly id: number;
  readonly slug: string;
  readonly platform: string;
  readonly alg: string;
  readonly tokenTtlSeconds: number;
  readonly rotateEverySeconds: number | null;
  readonly createdAt: number;
  readonly deletedAt: number | null;
}

export interface KeyRow {
  readonly id: number;
  readonly issuerId: number;
  readonly kid: string;
  readonly alg: string;
  readonly state: 'next' | 'active' | 'retiring' | 'retired' | 'revoked';
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly activatedAt: number | null;
  readonly retiringAt: number | null;
  readonly verifiesUntil: number | null;
  readonly retiredAt: number | null;
  readonly revokedAt: number | null;
  /** false once the private half was destroyed. */
  readonly hasPrivate: boolean;
}

/** A private key as it lies in the database: AES-256-GCM under a key-encryption key, bound to kid and purpose. */
export interface WrappedKey {
  readonly kekId: string;
  /** nonce (12) | ciphertext | tag (16) */
  readonly sealed: Buffer;
}

export interface TokenRow {
  readonly jti: string;
  readonly issuerId: number;
  readonly keyId: number;
  /** Seconds, as in the token. */
  readonly issuedAt: number;
  /** Seconds, as in the token. */
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  /** The payload exactly as signed. The signature is never kept. */
  readonly claimsJson: string;
}

export interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly name: string;
  readonly issuerId: number | null;
  readonly subject: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}
