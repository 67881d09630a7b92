import type { WatchRequest } from '../client/open-live.ts';
import { followLive } from './live-session.ts';
import type { Session } from './session.ts';
import { showVerdict } from './show-verdict.ts';

const REFUSED = 1;

/** Follows a token's verdict over the daemon's live channel, each change on lines of its own, until it is refused. */
export function watchVerdict(session: Session, request: WatchRequest, explain: boolean): Promise<number> {
  return followLive(session, async (live, done) => {
    await live.watch(request, (verdict) => {
      showVerdict(session, verdict, explain);
      if (verdict.status === 'refused') done(REFUSED);
    });
  });
}
