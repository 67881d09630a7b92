import { randomUUID } from 'node:crypto';
import type { IssuerContext } from '../issuer/context.ts';
import { ensureIssuer } from '../issuer/ensure-issuer.ts';
import type { IssuerEntry } from '../issuer/keyring.ts';
import { deriveUuid } from '../jobs/stable-ids.ts';
import { mintForJob } from '../platforms/act-as-job.ts';
import type { RouteSite } from '../platforms/platform.ts';
import { createDesk, type Desk } from '../platforms/superplane/desk.ts';
import { type Execution, identifyExecution, RUN_WORKFLOW } from '../platforms/superplane/execution.ts';
import { injectParameters } from '../platforms/superplane/parameters.ts';
import { STUB_PATH, WEBHOOK_PATH } from '../platforms/superplane/routes.ts';
import { MintmarkError } from '../problem.ts';
import type { OperationOutput, OperationRequest } from '../protocol/operations.ts';
import { type PostJson, readOrganization, startWorkflow } from './start-workflow.ts';

export interface SuperplaneTools {
  readonly issuers: IssuerContext;
  readonly openSite: (issuer: IssuerEntry) => RouteSite;
  readonly postJson: PostJson;
  /** Where this daemon itself is reached in plain HTTP, without a trailing slash. */
  readonly plainUrl: string;
}

type Request = OperationRequest<'superplane.runWorkflow'>;

/**
 * Executes a node with the component `semaphore.runWorkflow`: signs its token where the node adds one, and starts the
 * workflow of a Semaphore, or of the stub below the issuer when no organization is named. Without a token that was
 * asked for nothing is started.
 *
 * @throws MintmarkError `execution_unsigned`, whose cause is for the log alone; `semaphore_unreachable`,
 *   `semaphore_refused`, `invalid_request`, `issuer_not_found`
 */
export async function runWorkflow(
  tools: SuperplaneTools,
  request: Request,
): Promise<OperationOutput<'superplane.runWorkflow'>> {
  const { issuers } = tools;
  const { slug, organizationUrl, addOidcAssertion, keepToken } = request;
  const named = organizationUrl === undefined ? null : readOrganization(organizationUrl, request.apiToken);
  const issuer = await findProvider(issuers, slug, addOidcAssertion);
  const desk = tools.openSite(issuer).remember(createDesk);
  const execution = describeExecution(request, issuer);
  const { executionId, canvasId, nodeId } = execution;
  const token = addOidcAssertion ? await signExecution(issuers, issuer, execution) : null;
  const parameters = injectParameters(request.parameters, execution, token);
  if (keepToken && named === null) desk.keepToken(executionId);
  const organization = named ?? { url: `${tools.plainUrl}/issuers/${slug}${STUB_PATH}`, apiToken: desk.stubToken };
  const { workflowId, pipelineId } = await startWorkflow(tools.postJson, organization, execution, parameters);
  const workflowUrl = `${organization.url}/workflows/${workflowId}`;
  desk.start({ executionId, nodeId, workflowId, pipelineId, workflowUrl, output: null });
  issuers.store.transaction(() => {
    issuers.store.events.append({
      at: issuers.clock.now(),
      name: 'workflow.started',
      issuerId: issuer.row.id,
      subject: executionId,
      detail: { node: nodeId, workflow: workflowId, pipeline: pipelineId, assertion: token !== null },
    });
  });
  return {
    executionId,
    canvasId,
    workflowId,
    pipelineId,
    workflowUrl,
    parameters: Object.keys(parameters),
    webhook: describeWebhook(issuer, desk),
  };
}

/** Executions whose workflow was started, newest first. @throws MintmarkError `issuer_not_found`, `invalid_request` */
export async function listExecutions(
  { issuers, openSite }: SuperplaneTools,
  { slug }: OperationRequest<'superplane.executions'>,
): Promise<OperationOutput<'superplane.executions'>> {
  const issuer = await findProvider(issuers, slug, false);
  return { items: [...openSite(issuer).remember(createDesk).executions()], nextCursor: null };
}

/** What the stub of Semaphore was asked, newest first. @throws MintmarkError `issuer_not_found`, `invalid_request` */
export async function listStubRequests(
  { issuers, openSite }: SuperplaneTools,
  { slug }: OperationRequest<'superplane.requests'>,
): Promise<OperationOutput<'superplane.requests'>> {
  const issuer = await findProvider(issuers, slug, false);
  const requests = openSite(issuer).remember(createDesk).requests();
  return { items: requests.map((one) => ({ ...one, parameters: { ...one.parameters } })), nextCursor: null };
}

/** That there is no one to sign is told as every other failure to sign. */
async function findProvider(issuers: IssuerContext, slug: string, isSigning: boolean): Promise<IssuerEntry> {
  const issuer = await ensureIssuer(issuers, slug).catch((cause: unknown) => {
    throw isSigning ? refuseUnsigned(cause) : cause;
  });
  if (issuer.row.platform !== 'superplane') {
    throw new MintmarkError('invalid_request', `${slug} is an issuer of ${issuer.row.platform}, not of superplane`);
  }
  return issuer;
}

/** Ids that neither the caller nor the issuer's options say are those of a job without a repository. */
function describeExecution(request: Request, { row }: IssuerEntry): Execution {
  const { options } = row;
  return {
    organizationId: request.orgId ?? (options['org-id'] || deriveUuid('superplane', 'acme')),
    canvasId: request.canvasId ?? (options['canvas-id'] || deriveUuid('canvas', 'acme', 'widgets')),
    nodeId: request.nodeId ?? (options['node-id'] || 'deploy'),
    executionId: randomUUID(),
    component: RUN_WORKFLOW,
    projectId: request.projectId ?? options['project-id'] ?? '',
    pipelineFile: request.pipelineFile,
    ref: request.ref,
    commitSha: request.commitSha ?? '',
  };
}

async function signExecution(issuers: IssuerContext, issuer: IssuerEntry, execution: Execution): Promise<string> {
  try {
    const detail = { execution: execution.executionId };
    return (await mintForJob(issuers, { issuer, identity: identifyExecution(execution) }, {}, { detail })).token;
  } catch (cause) {
    throw refuseUnsigned(cause);
  }
}

function refuseUnsigned(cause: unknown): MintmarkError {
  return new MintmarkError('execution_unsigned', undefined, { cause });
}

function describeWebhook({ url }: IssuerEntry, { webhook }: Desk): { url: string; secret: string } {
  return { url: `${url}${WEBHOOK_PATH}/${webhook.id}`, secret: webhook.secret };
}
