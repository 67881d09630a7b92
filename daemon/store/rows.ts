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
  /** Of the platform, by name; what a job says goes before them. */
  readonly options: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly deletedAt: number | null;
}

/** The real issuer that an issuer had before, and until when its tokens are still believed. */
export interface PreviousIssuer {
  /** As in `iss`. */
  readonly issuer: string;
  readonly notAfter: number;
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
  /** For a `next` key: when it begins to sign by itself; null when somebody has to activate it. */
  readonly signsFrom: number | null;
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

/** A simulated job that may ask for tokens until it ends. */
export interface RunRow {
  readonly id: number;
  /** By which everybody outside the store knows it. */
  readonly name: string;
  readonly issuerId: number;
  readonly subject: string;
  readonly job: Readonly<Record<string, unknown>>;
  /** JSON of the audience of tokens for which the job names none; null: the platform's. */
  readonly audience: string | null;
  /** SHA-256; the secret itself is kept nowhere. */
  readonly secretHash: Buffer;
  /** Absolute directory that is the run's own. */
  readonly directory: string;
  /** Address of the peer that may ask for tokens; null: any. */
  readonly address: string | null;
  readonly startedAt: number;
  readonly expiresAt: number;
  readonly leaseSeconds: number;
  /** Of the machine's clock, also where the daemon's was set. */
  readonly leaseUntil: number;
  readonly endedAt: number | null;
}

/** A run as it is shown, whether it lives or not. */
export type RunRecord = Omit<RunRow, 'job'>;

export interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly name: string;
  readonly issuerId: number | null;
  readonly subject: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}
