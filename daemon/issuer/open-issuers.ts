import type { Clock } from '../live/clock.ts';
import type { Store } from '../store/store.ts';
import { createIssuerChanges, type IssuerContext } from './context.ts';
import { createDeletedIssuers } from './deleted-issuers.ts';
import { ensureDefaultIssuer } from './ensure-issuer.ts';
import { createKeyGenerator } from './generate-key.ts';
import { startKeySchedule } from './key-schedule.ts';
import { openKeyring } from './keyring.ts';
import type { ProfileTable } from './profile.ts';
import { loadRevokedTokens } from './revoked-tokens.ts';
import { createTokenStamps, type RandomBytes } from './token-stamps.ts';

export interface OpenIssuersOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Without a trailing slash; every `iss` begins with it. */
  readonly baseUrl: string;
  readonly profiles: ProfileTable;
  readonly random: RandomBytes;
  /** Takes failures that no caller waits for: a quarantined key, a scheduled step that must be tried again. */
  readonly report: (cause: unknown) => void;
}

export interface OpenedIssuers {
  readonly context: IssuerContext;
  /** Ends what time would bring. The store stays open: it is the caller's. */
  close(): void;
}

/**
 * Loads issuers and keys, makes the issuer that always exists, and does what became due while nobody ran.
 * @throws MintmarkError what the store throws
 */
export async function openIssuers(options: OpenIssuersOptions): Promise<OpenedIssuers> {
  const { store, clock, baseUrl, profiles, random, report } = options;
  const context: IssuerContext = {
    store,
    clock,
    baseUrl,
    profiles,
    keyring: openKeyring({ store, baseUrl, profiles, report }),
    deletedIssuers: createDeletedIssuers(store),
    changes: createIssuerChanges(report),
    stamps: createTokenStamps(clock, random),
    revokedTokens: loadRevokedTokens(store.tokens),
    generateKey: createKeyGenerator(),
    issuersUnderway: new Map(),
    report,
  };
  await ensureDefaultIssuer(context);
  const schedule = startKeySchedule(context);
  return { context, close: () => schedule.stop() };
}
