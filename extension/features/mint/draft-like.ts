import type { MintDraft } from '../../../webview/protocol.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import type { WatchedToken } from '../../daemon/watch-list.ts';
import { planReplacement } from '../text/mint-replacement.ts';
import { readFacts } from '../text/token-facts.ts';

export type MintWishes = Pick<MintDraft, 'slug' | 'subject' | 'audience' | 'claims'>;

/** The form filled in for another token that says the same, for the audience that the watched one is held against. */
export function draftLike(
  issuers: DaemonSession['issuers'],
  { token, expect }: Pick<WatchedToken, 'token' | 'expect'>,
): MintWishes {
  const { slug, subject = '', audience = [], claims } = planReplacement(issuers, readFacts(token));
  return {
    slug,
    subject,
    audience: [expect.audience ?? audience].flat().join(', '),
    claims: claims === undefined ? '' : JSON.stringify(claims, null, 2),
  };
}
