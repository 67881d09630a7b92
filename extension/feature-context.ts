import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { DaemonSession } from './daemon/session.ts';
import type { WatchList } from './daemon/watch-list.ts';

/** What every feature gets; a feature is one `register(context)` whose disposable undoes all of it. */
export interface FeatureContext {
  readonly extension: ExtensionContext;
  /** Goes through the redactor: nothing that looks like a token or a key gets into it. */
  readonly log: LogOutputChannel;
  readonly session: DaemonSession;
  readonly watches: WatchList;
}
