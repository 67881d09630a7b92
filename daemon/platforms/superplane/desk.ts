import { randomBytes, randomUUID } from 'node:crypto';
import { redactSecrets } from '../../token/redact.ts';

const MOST_EXECUTIONS = 200;
const MOST_REQUESTS = 50;

/** An execution whose workflow was started. */
export interface StartedExecution {
  readonly executionId: string;
  readonly nodeId: string;
  readonly workflowId: string;
  readonly pipelineId: string;
  readonly workflowUrl: string;
  /** Channel of the node that the result was sent to; null: the workflow has not finished. */
  readonly output: 'passed' | 'failed' | null;
}

/** A workflow that the stub of Semaphore was asked for. */
export interface StubRequest {
  readonly project_id?: string | undefined;
  readonly reference?: string | undefined;
  readonly pipeline_file?: string | undefined;
  readonly commit_sha?: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface RecordedRequest extends StubRequest {
  readonly workflow_id: string;
  readonly pipeline_id: string;
}

/** What a SuperPlane of this machine remembers while the daemon runs: nothing of it is written down. */
export interface Desk {
  readonly webhook: { readonly id: string; readonly secret: string };
  /** What the stub of Semaphore takes as API token. */
  readonly stubToken: string;
  /** The stub keeps the token of this execution with its request. */
  keepToken(executionId: string): void;
  /** Newest first. */
  readonly executions: () => readonly StartedExecution[];
  start(execution: StartedExecution): void;
  /** The first result counts. A pipeline that nobody here started is nobody's. */
  finish(pipelineId: string, output: 'passed' | 'failed'): void;
  /** Newest first. */
  readonly requests: () => readonly RecordedRequest[];
  record(request: StubRequest): RecordedRequest;
}

/** A desk without executions and requests, with a webhook and an API token of its own. */
export function createDesk(): Desk {
  const executions = new Map<string, StartedExecution>();
  const withToken = new Set<string>();
  const requests: RecordedRequest[] = [];
  return {
    webhook: { id: randomUUID(), secret: randomBytes(32).toString('base64url') },
    stubToken: randomBytes(32).toString('base64url'),
    keepToken: (executionId) => withToken.add(executionId),
    executions: () => [...executions.values()].reverse(),
    start(execution) {
      executions.set(execution.pipelineId, execution);
      dropOldest(executions, MOST_EXECUTIONS);
    },
    finish(pipelineId, output) {
      const execution = executions.get(pipelineId);
      if (execution?.output === null) executions.set(pipelineId, { ...execution, output });
    },
    requests: () => requests,
    record(request) {
      const isKept = withToken.delete(request.parameters.SUPERPLANE_EXECUTION_ID ?? '');
      const parameters = isKept ? request.parameters : maskTokens(request.parameters);
      const recorded = { ...request, parameters, workflow_id: randomUUID(), pipeline_id: randomUUID() };
      requests.unshift(recorded);
      requests.length = Math.min(requests.length, MOST_REQUESTS);
      return recorded;
    },
  };
}

function maskTokens(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, redactSecrets(value)]));
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
