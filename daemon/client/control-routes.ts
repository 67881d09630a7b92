import type { OPERATIONS, OperationName } from '../protocol/operations.ts';

type Operations = typeof OPERATIONS;
type Route<N extends OperationName> = `${Operations[N]['method']} ${Operations[N]['path']}`;

/**
 * Method and path of every control operation, without the schemas that `protocol/operations` carries: loading those
 * takes longer than a whole call. The compiler refuses this table when it differs from that one.
 */
export const CONTROL_ROUTES: { readonly [N in OperationName]: Route<N> } = {
  status: 'GET /status',
  'daemon.stop': 'POST /stop',
  'issuers.list': 'GET /issuers',
  'issuers.create': 'POST /issuers',
  'issuers.show': 'GET /issuers/{slug}',
  'issuers.configure': 'POST /issuers/{slug}/options',
  'issuers.delete': 'DELETE /issuers/{slug}',
  'keys.list': 'GET /issuers/{slug}/keys',
  'keys.rotate': 'POST /issuers/{slug}/keys/rotate',
  'keys.activate': 'POST /issuers/{slug}/keys/{kid}/activate',
  'keys.plan': 'POST /issuers/{slug}/keys/{kid}/plan',
  'keys.retire': 'POST /issuers/{slug}/keys/{kid}/retire',
  'keys.revoke': 'POST /issuers/{slug}/keys/{kid}/revoke',
  'keys.import': 'POST /issuers/{slug}/keys/import',
  'keys.importDirectory': 'POST /issuers/{slug}/keys/import-directory',
  'keys.export': 'POST /issuers/{slug}/keys/{kid}/export',
  'keys.schedule': 'POST /issuers/{slug}/keys/schedule',
  'master.rotate': 'POST /master-key/rotate',
  'tokens.mint': 'POST /issuers/{slug}/tokens',
  'tokens.list': 'GET /tokens',
  'tokens.show': 'GET /tokens/{jti}',
  'tokens.revoke': 'POST /tokens/{jti}/revoke',
  'platforms.list': 'GET /platforms',
  'jobs.describe': 'POST /issuers/{slug}/jobs/describe',
  'jobs.list': 'POST /issuers/{slug}/jobs/list',
  'runs.list': 'GET /runs',
  'runs.start': 'POST /issuers/{slug}/runs',
  'runs.renew': 'POST /runs/{id}/renew',
  'runs.end': 'POST /runs/{id}/end',
  'superplane.runWorkflow': 'POST /issuers/{slug}/executions',
  'superplane.executions': 'GET /issuers/{slug}/executions',
  'superplane.requests': 'GET /issuers/{slug}/semaphore-requests',
  verify: 'POST /verify',
  'events.list': 'GET /events',
  'clock.show': 'GET /clock',
  'clock.set': 'POST /clock',
};
