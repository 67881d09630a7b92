import type { PostJson } from '../canvas/start-workflow.ts';
import type { IssuerContext } from '../issuer/context.ts';
import { findPublishedDocument, isPublishedPath } from '../issuer/ensure-issuer.ts';
import type { RandomBytes } from '../issuer/token-stamps.ts';
import { createEventHub, type EventHub } from '../live/event-hub.ts';
import type { Runs } from '../platforms/runs.ts';
import type { OperationOutput } from '../protocol/operations.ts';
import type { EventRow } from '../store/rows.ts';
import type { DaemonClock } from './control-api/clock-operations.ts';
import type { ControlApi } from './control-api/control-api.ts';
import type { Handlers } from './control-api/handler-map.ts';
import type { DaemonIdentity } from './control-api/health.ts';
import type { GuardRules } from './guards/admit-request.ts';
import { createDoorkeeper, createRefusalBudget } from './guards/bearer.ts';
import type { ReportFailure } from './http/failures.ts';
import type { AnswerPlatform } from './http/platform-routes.ts';
import { createRequestListener } from './http/request-listener.ts';
import { createRemoteSource } from './judging/remote-source.ts';
import type { Connections } from './listen/connections.ts';
import type { GateService } from './listen/gate.ts';
import type { LiveSocket } from './live-channel/socket.ts';
import { createUpgradeListener } from './live-channel/upgrade.ts';
import type { LiveVerification } from './live-channel/verification.ts';
import { loadOnce } from './load-once.ts';
import { startQuietTimer } from './quiet-timer.ts';

export interface DaemonServicesOptions {
  readonly identity: DaemonIdentity;
  readonly home: string;
  readonly startedAt: string;
  readonly ephemeral: boolean;
  readonly idleExitSeconds: number | undefined;
  readonly issuers: IssuerContext;
  /** Where jobs of this machine find it, without a trailing slash. */
  readonly localUrl: string;
  /** Where the daemon finds itself, in plain HTTP. */
  readonly plainUrl: string;
  readonly random: RandomBytes;
  readonly clock: DaemonClock;
  readonly rules: Pick<GuardRules, 'hosts' | 'origins'>;
  readonly trustedIssuers: ReadonlySet<string>;
  readonly connections: Connections;
  readonly report: ReportFailure;
  readonly monotonicMs: () => number;
  /**
   * Something was served, or asked for by a holder of the credential: requests and clients that are refused, for want of
   * one too, are no activity.
   */
  readonly onActivity: () => void;
  readonly requestStop: () => void;
}

export interface DaemonServices extends GateService {
  /** How many clients are on the live channel. */
  readonly liveClients: () => number;
  /** How many simulated jobs may still ask for tokens. */
  readonly liveRuns: () => number;
  /** Takes up the jobs that outlived the daemon before. */
  resumeRuns(): Promise<void>;
  /** Says goodbye to live clients and watches nothing more. */
  close(): void;
}

/**
 * What answers behind the gate. Discovery and key sets are answered by what is here; the control API and the live
 * channel, with the schemas and handlers that both need, are loaded by the first request for either.
 */
export function createDaemonServices(options: DaemonServicesOptions): DaemonServices {
  const { identity, issuers, connections, report, onActivity } = options;
  const { keyring, store } = issuers;
  const remote = createRemoteSource(Date.now);
  const events: EventHub<EventRow> = createEventHub(store.events);
  const doorkeeper = createDoorkeeper(identity.controlToken, options.monotonicMs);
  const rules: GuardRules = { ...options.rules, isPublic: (path) => isPublishedPath(issuers, path) };
  let verification: LiveVerification | undefined;
  let live: LiveSocket | undefined;
  let runs: Runs | undefined;
  let closed = false;

  const describeStatus = (): OperationOutput<'status'> => ({
    version: identity.version,
    pid: process.pid,
    instance: identity.instance,
    baseUrl: identity.baseUrl,
    home: options.home,
    startedAt: options.startedAt,
    ephemeral: options.ephemeral,
    idleExitSeconds: options.idleExitSeconds ?? null,
    health: store.writeFault() === null ? 'ok' : 'degraded',
    healthDetail: store.writeFault(),
    issuers: keyring.all().length,
    tokens: store.tokens.count(),
    watches: verification?.size() ?? 0,
    lastSeq: store.events.lastSeq(),
  });

  const loadRuns = loadOnce(async (): Promise<Runs> => {
    const { openRuns } = await import('../platforms/runs.ts');
    const opened = openRuns({
      issuers,
      requestBaseUrl: options.localUrl,
      random: options.random,
      machineMs: Date.now,
      startTimer: startQuietTimer,
      chargeMiss: createRefusalBudget(options.monotonicMs),
    });
    runs = opened;
    if (closed) opened.close();
    return opened;
  });

  const loadPlatformRoutes = loadOnce(async (): Promise<AnswerPlatform> => {
    const { createPlatformRoutes } = await import('./http/platform-routes.ts');
    return createPlatformRoutes({ issuers, loadRuns, report });
  });

  const loadOperations = loadOnce(async (): Promise<{ handlers: Handlers; verification: LiveVerification }> => {
    const [{ createHandlers }, { createVerification }, { createLiveVerification }] = await Promise.all([
      import('./control-api/handlers.ts'),
      import('./judging/verification.ts'),
      import('./live-channel/verification.ts'),
    ]);
    const judge = createVerification({ issuers, remote, trustedIssuers: options.trustedIssuers });
    const openedRuns = await loadRuns();
    const watching = createLiveVerification({ issuers, remote, verification: judge });
    verification = watching;
    if (closed) watching.close();
    const handlers = createHandlers({
      issuers,
      clock: options.clock,
      runs: openedRuns,
      superplane: { issuers, openSite: openedRuns.openSite, postJson, plainUrl: options.plainUrl },
      verification: judge,
      describeStatus,
      requestStop: options.requestStop,
      onTimeMoved: watching.timeMoved,
    });
    return { handlers, verification: watching };
  });

  const loadControlApi = loadOnce(async (): Promise<ControlApi> => {
    const [{ createControlApi }, { handlers }] = await Promise.all([
      import('./control-api/control-api.ts'),
      loadOperations(),
    ]);
    const isDegraded = () => store.writeFault() !== null;
    return createControlApi({ identity, doorkeeper, handlers, isDegraded, onActivity });
  });

  const loadLiveSocket = loadOnce(async (): Promise<LiveSocket> => {
    const [{ createLiveSocket }, { openLiveSession }, { toLogEvent }, operations] = await Promise.all([
      import('./live-channel/socket.ts'),
      import('./live-channel/session.ts'),
      import('./control-api/events.ts'),
      loadOperations(),
    ]);
    const socket = createLiveSocket({
      report,
      monotonicMs: options.monotonicMs,
      openSession: (connection) =>
        openLiveSession(
          {
            ...operations,
            events,
            describeEvent: (row) => toLogEvent(issuers, row),
            lastSeq: () => store.events.lastSeq(),
          },
          connection,
        ),
    });
    live = socket;
    if (closed) socket.close();
    return socket;
  });

  return {
    onRequest: createRequestListener({
      rules,
      findDocument: keyring.documentAt,
      makeDocument: (path) => findPublishedDocument(issuers, path),
      loadControlApi,
      answerPlatform: async (...asked) => (await loadPlatformRoutes())(...asked),
      connections,
      report,
      onActivity,
    }),
    onUpgrade: createUpgradeListener({ rules, doorkeeper, connections, report, onActivity, loadLiveSocket }),
    liveClients: () => live?.size() ?? 0,
    liveRuns: () => runs?.size() ?? 0,
    async resumeRuns() {
      if (store.runs.hasLive()) await loadRuns();
    },
    close() {
      closed = true;
      live?.close();
      runs?.close();
      verification?.close();
      events.close();
      remote.close();
    },
  };
}

const postJson: PostJson = async (url, headers, body) => {
  const { createPostJson } = await import('./outgoing/json-requests.ts');
  return createPostJson()(url, headers, body);
};
