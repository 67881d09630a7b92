import type { IncomingMessage, RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import { MintmarkError } from '../../problem.ts';
import { sendProblem } from '../http/answer.ts';
import type { ReportFailure } from '../http/failures.ts';
import type { Connections } from './connections.ts';
import type { ListenerHooks } from './listeners.ts';
import { explainUnreadable, refuseSocket } from './socket-refusal.ts';

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface GateService {
  readonly onRequest: RequestListener;
  readonly onUpgrade: UpgradeListener;
}

export interface Gate {
  readonly hooks: ListenerHooks;
  /** Lets the requests in that wait and all that follow. */
  open(service: GateService): void;
}

export interface GateOptions {
  readonly connections: Connections;
  readonly report: ReportFailure;
}

/**
 * Stands between the listeners and what answers. The port is taken before anything is made that depends on it; requests
 * that come meanwhile wait for it instead of being sent away.
 */
export function createGate({ connections, report }: GateOptions): Gate {
  let service: GateService | undefined;
  let waiting: ((service: GateService) => void)[] = [];

  const enter = (run: (service: GateService) => void): void => {
    if (service === undefined) waiting.push(run);
    else run(service);
  };

  return {
    hooks: {
      onRequest: (request, response) => enter(({ onRequest }) => onRequest(request, response)),
      onUpgrade: (request, socket, head) => enter(({ onUpgrade }) => onUpgrade(request, socket, head)),
      onExpectation(_request, response) {
        const { problem, headers } = report(new MintmarkError('expectation_failed'), { channel: 'http' });
        sendProblem(response, problem, headers);
      },
      onUnreadable(error, socket) {
        const known = explainUnreadable(error);
        // An answer in the middle of another one would be read as a part of it.
        if (known === null || !connections.isBetweenAnswers(socket)) socket.destroy();
        else refuseSocket(socket, known, report);
      },
      onConnection: (socket) => connections.add(socket),
      onAcceptError: (error) => {
        report(error, { channel: 'accept' });
      },
    },
    open(opened) {
      service = opened;
      const entering = waiting;
      waiting = [];
      for (const run of entering) run(opened);
    },
  };
}
