import { listExecutions, listStubRequests, runWorkflow, type SuperplaneTools } from '../../canvas/run-workflow.ts';
import type { IssuerContext } from '../../issuer/context.ts';
import { exportKey } from '../../issuer/export-key.ts';
import { importKey } from '../../issuer/import-key.ts';
import { importKeyDirectory } from '../../issuer/import-key-directory.ts';
import { deleteIssuer, listIssuers, showIssuer } from '../../issuer/issuers.ts';
import {
  activateKey,
  listKeys,
  planKey,
  retireKey,
  revokeKey,
  rotateKey,
  scheduleRotation,
} from '../../issuer/keys.ts';
import { rotateMasterKey } from '../../issuer/rotate-master.ts';
import { listTokens, revokeToken, showToken } from '../../issuer/tokens.ts';
import { describeJob, listJobs, mintAsJob } from '../../platforms/act-as-job.ts';
import { configureIssuer } from '../../platforms/configure-issuer.ts';
import { createPlatformIssuer } from '../../platforms/create-issuer.ts';
import { listPlatforms } from '../../platforms/list-platforms.ts';
import type { Runs } from '../../platforms/runs.ts';
import type { OperationOutput } from '../../protocol/operations.ts';
import type { Verification } from '../judging/verification.ts';
import { type DaemonClock, setClock, showClock } from './clock-operations.ts';
import { listEvents } from './events.ts';
import type { Handlers } from './handler-map.ts';

export interface HandlerContext {
  readonly issuers: IssuerContext;
  readonly clock: DaemonClock;
  readonly verification: Verification;
  readonly runs: Runs;
  readonly superplane: SuperplaneTools;
  readonly describeStatus: () => OperationOutput<'status'>;
  /** Ends the daemon once the answer is under way. */
  readonly requestStop: () => void;
  /** Verdicts that are watched must be found anew. */
  readonly onTimeMoved: () => void;
}

/** What each operation does, whoever asks: HTTP and the live channel call the same. */
export function createHandlers(context: HandlerContext): Handlers {
  const { issuers, clock, verification, runs, superplane } = context;
  return {
    status: () => context.describeStatus(),
    'daemon.stop': () => {
      context.requestStop();
      return { stopping: true };
    },
    'issuers.list': (request) => listIssuers(issuers, request),
    'issuers.create': (request) => createPlatformIssuer(issuers, request),
    'issuers.show': (request) => showIssuer(issuers, request),
    'issuers.configure': (request) => configureIssuer(issuers, request),
    'issuers.delete': (request) => deleteIssuer(issuers, request),
    'keys.list': (request) => listKeys(issuers, request),
    'keys.rotate': (request) => rotateKey(issuers, request),
    'keys.activate': (request) => activateKey(issuers, request),
    'keys.plan': (request) => planKey(issuers, request),
    'keys.retire': (request) => retireKey(issuers, request),
    'keys.revoke': (request) => revokeKey(issuers, request),
    'keys.import': (request) => importKey(issuers, request),
    'keys.importDirectory': (request) => importKeyDirectory(issuers, request),
    'keys.export': (request) => exportKey(issuers, request),
    'keys.schedule': (request) => scheduleRotation(issuers, request),
    'master.rotate': () => rotateMasterKey(issuers),
    'tokens.mint': (request) => mintAsJob(issuers, request),
    'tokens.list': (request) => listTokens(issuers, request),
    'tokens.show': (request) => showToken(issuers, request),
    'tokens.revoke': (request) => revokeToken(issuers, request),
    'platforms.list': () => listPlatforms(),
    'jobs.describe': (request) => describeJob(issuers, request),
    'jobs.list': (request) => listJobs(issuers, request),
    'runs.list': (request) => runs.list(request),
    'runs.start': (request) => runs.start(request),
    'runs.renew': (request) => runs.renew(request),
    'runs.end': (request) => runs.end(request),
    'superplane.runWorkflow': (request) => runWorkflow(superplane, request),
    'superplane.executions': (request) => listExecutions(superplane, request),
    'superplane.requests': (request) => listStubRequests(superplane, request),
    verify: (request) => verification.judge(verification.prepare(request)),
    'events.list': (request) => listEvents(issuers, request),
    'clock.show': () => showClock(clock),
    'clock.set': (request) => {
      const state = setClock(clock, request);
      context.onTimeMoved();
      return state;
    },
  };
}
