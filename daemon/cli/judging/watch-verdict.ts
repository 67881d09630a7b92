import type { WatchRequest } from '../../client/open-live.ts';
import { followLive } from '../daemon/live-session.ts';
import type { Session } from '../session.ts';
import type { Verdict } from './judge-here.ts';
import { showVerdict } from './show-verdict.ts';

const REFUSED = 1;

/**
 * Follows a token's verdict over the daemon's live channel, each change on lines of its own, until it is refused.
 *
 * @throws MintmarkError what the daemon answers when it does not take the watch, also after it was away
 */
export function watchVerdict(session: Session, request: WatchRequest, explain: boolean): Promise<number> {
  return followLive(session, (live, done) => {
    const show = (verdict: Verdict) => {
      showVerdict(session, verdict, explain);
      if (verdict.status === 'refused') done(REFUSED);
    };
    return new Promise((_, reject) => {
      live.watch(request, show, reject).catch(reject);
    });
  });
}
