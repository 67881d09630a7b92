import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { MintmarkError } from '../../problem.ts';
import { admitRequest, CONTROL_PREFIX, type GuardRules } from '../guards/admit-request.ts';
import { type Doorkeeper, readBearer } from '../guards/bearer.ts';
import type { ReportFailure } from '../http/failures.ts';
import type { Connections } from '../listen/connections.ts';
import { refuseSocket } from '../listen/socket-refusal.ts';
import { pathForLog } from '../log/log.ts';
import type { LiveSocket } from './socket.ts';

/** Browsers cannot send a header with an upgrade: they offer the credential as a protocol of this name. */
const BEARER_PROTOCOL = 'mintmark.bearer.';

export interface UpgradeService {
  readonly rules: GuardRules;
  readonly doorkeeper: Doorkeeper;
  readonly connections: Connections;
  readonly report: ReportFailure;
  /** A client was admitted. */
  readonly onActivity: () => void;
  /** Loaded with the first client. */
  readonly loadLiveSocket: () => Promise<LiveSocket>;
}

/** Lets a client through to the live channel, or refuses it before the upgrade: Host, Origin, path, credential. */
export function createUpgradeListener(service: UpgradeService) {
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => undefined);
    try {
      const { path, authorization } = admitRequest(request, service.rules);
      if (path !== `${CONTROL_PREFIX}/live`) throw new MintmarkError('not_found');
      // ws would also speak a draft of 2011.
      if (request.headers['sec-websocket-version'] !== '13') throw new MintmarkError('upgrade_required');
      service.doorkeeper.admit(readCredential(authorization, request.headers['sec-websocket-protocol']));
    } catch (error) {
      refuseSocket(socket, error, service.report, pathForLog(request.url));
      return;
    }
    service.onActivity();
    service.connections.release(request.socket);
    service
      .loadLiveSocket()
      .then((live) => live.accept(request, socket, head))
      .catch((error: unknown) => refuseSocket(socket, error, service.report));
  };
}

/** One credential, from one place. Node joins several protocol headers with a comma. */
function readCredential(authorization: readonly string[], protocols: string | undefined): string | null {
  const offered = (protocols ?? '')
    .split(',')
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol.startsWith(BEARER_PROTOCOL));
  if (offered.length === 0) return readBearer(authorization);
  if (offered.length > 1 || authorization.length > 0) return null;
  return offered[0]?.slice(BEARER_PROTOCOL.length) ?? null;
}
