import type { Disposable, Event } from 'vscode';
import type { OperationInput, OperationName, OperationOutput } from '../../daemon/protocol/operations.ts';
import type { Issuer, LogEvent } from '../../daemon/protocol/resources.ts';

/** The truth about the daemon as this window knows it; every text about it is derived from this. */
export type DaemonState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly baseUrl: string; readonly version: string; readonly degraded: string | null }
  | { readonly kind: 'reconnecting'; readonly attempt: number }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  /** It cannot run here: the workspace is not trusted, or the window has no Node host. */
  | { readonly kind: 'unavailable'; readonly why: 'untrusted' | 'web' };

/** The issuers of this machine got other URLs, without a slash at the end: tokens of before are not theirs any more. */
export interface IssuersMove {
  readonly from: string;
  readonly to: string;
}

/**
 * This window's connection to the one daemon of the user. Windows share it by connecting, none owns it: `dispose` only
 * closes the socket, and the last window to leave lets the daemon end after its idle time.
 */
export interface DaemonSession extends Disposable {
  readonly state: DaemonState;
  readonly onDidChangeState: Event<DaemonState>;
  /** Told once for each change, when the session runs. */
  readonly onDidMoveIssuers: Event<IssuersMove>;
  /** Finds, joins or starts the daemon; resolves when it is connected. Calls at the same time share one attempt. */
  start(): Promise<void>;
  /** Joins a daemon that already runs; does not start one. */
  joinIfRunning(): Promise<void>;
  /** Leaves a daemon of another state directory than the settings name now; it ends by itself if nobody else needs it. */
  leaveOtherHome(): Promise<void>;
  /** Ends the daemon for every window, that of this connection where there is one. @throws MintmarkError when nobody can say that it has ended: then it `failed` */
  stop(): Promise<void>;
  /** @throws MintmarkError with the daemon's code, or `daemon_unreachable` while it is not connected. */
  call<N extends OperationName>(name: N, input: OperationInput<N>): Promise<OperationOutput<N>>;
  /** The issuers with their keys, as of the last event; empty while not connected. */
  readonly issuers: readonly Issuer[];
  readonly onDidChangeIssuers: Event<void>;
  /** The last 200 events, oldest first. */
  readonly events: readonly LogEvent[];
  readonly onDidAppendEvents: Event<readonly LogEvent[]>;
}
