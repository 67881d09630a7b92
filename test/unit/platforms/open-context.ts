import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { IssuerContext } from '../../../daemon/issuer/context.ts';
import { openIssuers } from '../../../daemon/issuer/open-issuers.ts';
import type { ProfileTable } from '../../../daemon/issuer/profile.ts';
import { createControllableClock } from '../../../daemon/live/clock.ts';
import type { Platform } from '../../../daemon/platforms/platform.ts';
import { platformProfiles } from '../../../daemon/platforms/profiles.ts';
import { openMemoryStore } from '../../../daemon/store/open-store.ts';

export const NOW = Date.UTC(2026, 10, 22, 15);
export const BASE_URL = 'http://localhost:6468';

/**
 * Issuers over real keys and a real store at `NOW`, until the test ends; what fails in the background fails the test.
 */
export async function openContext(profiles: ProfileTable = platformProfiles): Promise<IssuerContext> {
  const { context, close } = await openIssuers({
    store: openMemoryStore(NOW),
    clock: createControllableClock(() => NOW),
    baseUrl: BASE_URL,
    profiles,
    random: randomBytes,
    report: (cause) => {
      throw cause;
    },
  });
  onTestFinished(close);
  return context;
}

/** Only this platform is there, also where a generic issuer is asked for: one key is made, not two. */
export function onlyProfile({ profile }: Platform): ProfileTable {
  return new Map([
    ['generic', profile],
    [profile.platform, profile],
  ]);
}
