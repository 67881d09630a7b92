import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { IssuerContext } from '../../../daemon/issuer/context.ts';
import { localKeySet } from '../../../daemon/issuer/local-key-set.ts';
import { mintToken } from '../../../daemon/issuer/mint.ts';
import { openIssuers } from '../../../daemon/issuer/open-issuers.ts';
import { type ControllableClock, createControllableClock } from '../../../daemon/live/clock.ts';
import { platformProfiles } from '../../../daemon/platforms/profiles.ts';
import type { OperationRequest } from '../../../daemon/protocol/operations.ts';
import { openMemoryStore } from '../../../daemon/store/open-store.ts';
import type { Store } from '../../../daemon/store/store.ts';
import type { Verdict } from '../../../daemon/verify/verdict.ts';
import { judgeToken, readToken } from '../../../daemon/verify/verify-token.ts';

export const START = Date.UTC(2026, 10, 22, 15);
export const BASE_URL = 'http://localhost:6468';

export interface Fixture {
  readonly context: IssuerContext;
  readonly clock: ControllableClock;
  readonly store: Store;
  readonly reports: unknown[];
  /** Mints for the default issuer unless another one is named. */
  readonly mint: (request?: Partial<OperationRequest<'tokens.mint'>>) => ReturnType<typeof mintToken>;
  readonly judge: (token: string) => Verdict;
  readonly eventNames: (since?: number) => string[];
  /** Ends this daemon; its database stays for the next one. */
  readonly close: () => void;
  /** The same database, opened by the next daemon. */
  readonly reopen: () => Promise<Fixture>;
}

interface Options {
  readonly clock?: ControllableClock;
  readonly store?: Store;
}

/** Real issuers on a real store in memory, with a clock that stands still until it is moved. */
export async function openFixture(options: Options = {}): Promise<Fixture> {
  const clock = options.clock ?? createControllableClock();
  if (options.clock === undefined) clock.freeze(START);
  const store = options.store ?? openMemoryStore(START);
  const reports: unknown[] = [];
  const { context, close } = await openIssuers({
    store,
    clock,
    baseUrl: BASE_URL,
    profiles: platformProfiles,
    random: randomBytes,
    report: (cause) => reports.push(cause),
  });
  onTestFinished(close);
  return {
    context,
    clock,
    store,
    reports,
    mint: (request = {}) => mintToken(context, { slug: 'default', ...request }),
    judge: (token) => {
      const read = readToken(token);
      const iss = read.ok ? String(read.token.claims.iss) : '';
      const keySet = localKeySet(context, iss);
      return judgeToken(
        read,
        keySet ?? { ok: false, code: 'iss_mismatch', detail: 'no issuer of ours' },
        {},
        clock.now(),
      );
    },
    eventNames: (since = 0) => store.events.after(since, 10_000).map((event) => event.name),
    close,
    reopen: () => {
      close();
      return openFixture({ clock, store });
    },
  };
}

/** An issuer whose keys are made in no time. */
export const FAST = { alg: 'ES256', platform: 'generic' } as const;
