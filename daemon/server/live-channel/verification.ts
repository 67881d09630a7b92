import type { IssuerContext } from '../../issuer/context.ts';
import { createWatches, type Watches } from '../../live/watches.ts';
import type { Expectation } from '../../verify/expectation.ts';
import type { Verdict } from '../../verify/verdict.ts';
import type { RemoteSource } from '../judging/remote-source.ts';
import type { Subject, Verification } from '../judging/verification.ts';
import { createSharedSubjects } from './shared-subjects.ts';

const MAX_WATCHES = 10_000;

export interface LiveVerification {
  /** Judges now, and tells each later verdict that differs. @throws MintmarkError `too_many_watches`. */
  watch(
    request: { readonly token: string; readonly expect: Expectation },
    notify: (watchId: string, verdict: Verdict) => void,
  ): Promise<{ readonly watchId: string; readonly verdict: Verdict }>;
  unwatch(watchId: string): void;
  /** Time was moved, perhaps back. */
  timeMoved(): void;
  readonly size: () => number;
  close(): void;
}

export interface LiveVerificationOptions {
  readonly issuers: IssuerContext;
  readonly verification: Verification;
  readonly remote: RemoteSource;
}

/** Keeps watched verdicts true: by the clock, by every change of the daemon's own issuers, by polling the others. */
export function createLiveVerification(options: LiveVerificationOptions): LiveVerification {
  const { issuers, verification, remote } = options;
  const watches: Watches<Subject, Verdict> = createWatches({
    clock: issuers.clock,
    evaluate: verification.judge,
    changesAtOf: ({ changesAt }) => (changesAt === null ? null : Date.parse(changesAt)),
    isSameVerdict,
    limit: MAX_WATCHES,
    onError: issuers.report,
  });
  remote.onChange((issuer) => watches.touch({ issuer }));
  const shared = createSharedSubjects((token, expect) => verification.prepare({ token, expect }));
  const open = new Map<string, { readonly subject: Subject; readonly polled: string | null }>();
  const endListening = issuers.changes.onChange(({ issuerUrl, jti }) => watches.touch({ issuer: issuerUrl, jti }));

  return {
    async watch({ token, expect }, notify) {
      const subject = shared.take(token, expect);
      const { issuer, jti } = subject;
      let watchId = '';
      try {
        const added = await watches.add({
          subject,
          topics: { issuer, jti },
          notify: (verdict) => notify(watchId, verdict),
        });
        watchId = added.id;
        const polled = verification.isRemote(subject) ? issuer : null;
        if (polled !== null) remote.follow(polled);
        open.set(watchId, { subject, polled });
        return { watchId, verdict: added.verdict };
      } catch (error) {
        shared.giveBack(subject);
        throw error;
      }
    },
    unwatch(watchId) {
      const watch = open.get(watchId);
      if (watch === undefined) return;
      open.delete(watchId);
      watches.remove(watchId);
      shared.giveBack(watch.subject);
      if (watch.polled !== null) remote.leave(watch.polled);
    },
    timeMoved: () => watches.touchAll(),
    size: () => watches.size(),
    close() {
      endListening();
      watches.close();
    },
  };
}

/** Details repeat times in words, so they are not compared; what a check found is. */
function isSameVerdict(a: Verdict, b: Verdict): boolean {
  return (
    a.status === b.status &&
    a.reason === b.reason &&
    a.provenance === b.provenance &&
    a.checks.length === b.checks.length &&
    a.checks.every((check, index) => {
      const other = b.checks[index];
      return other !== undefined && check.outcome === other.outcome && check.code === other.code;
    })
  );
}
