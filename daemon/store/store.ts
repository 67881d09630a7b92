import type { EventRow, IssuerRow, KeyRow, PreviousIssuer, RunRecord, RunRow, TokenRow, WrappedKey } from './rows.ts';

/** What the store offers the other rooms. Every method is synchronous; every write belongs in `transaction`. */
export interface Store {
  /** Random id of this database, for people and logs; no secret. */
  readonly instance: string;
  readonly issuers: IssuerRepository;
  readonly moves: IssuerMoveRepository;
  readonly keys: KeyRepository;
  readonly tokens: TokenRepository;
  readonly runs: RunRepository;
  readonly events: EventRepository;
  readonly vault: Vault;
  readonly commits: GroupCommit;
  /**
   * Runs `work` in one BEGIN IMMEDIATE … COMMIT with synchronous=FULL: when it returns, the change is durable. A call
   * inside a call joins the outer one. SQLite failures surface as MintmarkError (`storage_full`, `storage_readonly`,
   * `database_busy`, `database_corrupt`), with nothing half done.
   */
  transaction<T>(work: () => T): T;
  /** null while writes work; else why the last one failed. Cleared by the next write that works. */
  readonly writeFault: () => string | null;
  close(): void;
}

export interface IssuerRepository {
  insert(row: Omit<IssuerRow, 'id' | 'deletedAt'>): number;
  update(id: number, change: Partial<Pick<IssuerRow, 'alg' | 'rotateEverySeconds' | 'options' | 'deletedAt'>>): void;
  /** Issuers that are not deleted, oldest first. */
  all(): IssuerRow[];
  /** Those that are, oldest first. */
  deleted(): IssuerRow[];
  byId(id: number): IssuerRow | undefined;
}

/** What real issuer an issuer had before its present one; one slot, which a later move takes. */
export interface IssuerMoveRepository {
  last(issuerId: number): PreviousIssuer | null;
  record(issuerId: number, previous: PreviousIssuer): void;
}

export interface KeyRepository {
  insert(row: Omit<KeyRow, 'id' | 'hasPrivate'>, wrapped: WrappedKey): number;
  update(
    id: number,
    change: Partial<
      Pick<KeyRow, 'state' | 'activatedAt' | 'retiringAt' | 'verifiesUntil' | 'retiredAt' | 'revokedAt' | 'signsFrom'>
    >,
  ): void;
  /** Destroys the private half (overwritten on disk: secure_delete). */
  destroyPrivate(id: number): void;
  wrapped(id: number): WrappedKey | undefined;
  replaceWrapped(id: number, wrapped: WrappedKey): void;
  byIssuer(issuerId: number): KeyRow[];
  /** Rows of every issuer, for a change of the key-encryption key. */
  all(): KeyRow[];
  /** Authenticates every row with the newest key-encryption key. */
  authenticateAll(): void;
}

export interface TokenRepository {
  insert(row: Omit<TokenRow, 'revokedAt'>): void;
  byJti(jti: string): TokenRow | undefined;
  revoke(jti: string, at: number): boolean;
  /** Newest first; `before` is the `id` of the last row of the page before (keyset paging). */
  page(query: { issuerId?: number; before?: number; limit: number }): (TokenRow & { id: number })[];
  /** Every revoked token with the slug of its issuer, which may be deleted: for the verifier's memory. */
  revoked(): { slug: string; claimsJson: string }[];
  /** Kept as a counter: no scan. */
  count(): number;
}

export interface RunRepository {
  insert(row: Omit<RunRow, 'id' | 'endedAt'>): void;
  /** false when it has ended or there is none. @throws MintmarkError `database_corrupt` for one that was altered */
  renew(name: string, leaseUntil: number): boolean;
  /** false when it has ended before or there is none. */
  end(name: string, at: number): boolean;
  byName(name: string): RunRecord | undefined;
  hasLive(): boolean;
  /** Runs that were not ended, the oldest first, without those that another program altered. */
  live(): RunRow[];
  /** Names of those: nothing else that they say is to be believed. */
  altered(): string[];
  /** Newest first; `before` is the `id` of the last row of the page before (keyset paging). */
  page(query: { before?: number; limit: number }): RunRecord[];
  /** Authenticates every run that lives, but no altered one, with the newest key-encryption key. */
  authenticateAll(): void;
}

export interface EventRepository {
  /** Appends inside the running transaction and returns its seq: gap-free, since a rollback takes it back. */
  append(event: Omit<EventRow, 'seq'>): number;
  after(since: number, limit: number): EventRow[];
  lastSeq(): number;
  /** Called after each COMMIT with the events of that transaction, in order. Returns the way to end it. */
  onCommitted(listener: (events: readonly EventRow[]) => void): () => void;
}

/** Envelope encryption of private keys. Plain key bytes exist only in memory. */
export interface Vault {
  /** Wraps with the newest key-encryption key; `kid` and `purpose` are authenticated with it. */
  wrap(plain: Buffer, binding: { kid: string; purpose: 'signing-key' }): WrappedKey;
  /** @throws MintmarkError `key_unavailable` when the bytes do not authenticate. */
  unwrap(wrapped: WrappedKey, binding: { kid: string; purpose: 'signing-key' }): Buffer;
  /**
   * Adds a new key-encryption key to `master.key` (durably, before anything uses it), re-wraps every private key in one
   * transaction, then drops the older ones. A crash between the steps leaves every key readable, and the next call goes
   * on with the key that is there.
   *
   * @throws MintmarkError `key_unavailable` when a private key does not open, and what writing throws.
   */
  rotate(nowMs: number): { id: string; rewrapped: number };
}

/**
 * Group commit: many writers share one fsync. A writer reserves a slot before its slow part (signing), so that the
 * group is flushed at once when all that are under way wait for it, else at 32 writers or 2 ms.
 */
export interface GroupCommit {
  reserve(): CommitSlot;
}

export interface CommitSlot {
  /** Runs `work` in the next group's transaction; resolves after COMMIT. A throw fails only this writer. */
  commit<T>(work: () => T): Promise<T>;
  /** Gives the slot back when there is nothing to write. */
  release(): void;
}
