import { MintmarkError } from '../../../daemon/problem.ts';
import type { PlatformChoice } from '../../../webview/protocol.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { PLATFORM_NAMES } from '../../platform-names.ts';

/**
 * Which platforms the daemon emulates. It is asked for an issuer `default` of each, which always exists (CONTRACT §1):
 * the refusal says whether the platform would have been possible, and nothing is made.
 */
export function listPlatforms(session: Pick<DaemonSession, 'call'>): Promise<readonly PlatformChoice[]> {
  return Promise.all(
    PLATFORM_NAMES.map(async (platform) => {
      try {
        await session.call('issuers.create', { slug: 'default', platform });
        return { name: platform, available: true };
      } catch (error) {
        return { name: platform, available: error instanceof MintmarkError && error.code === 'issuer_exists' };
      }
    }),
  );
}
