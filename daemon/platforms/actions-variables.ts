import { join } from 'node:path';
import type { Job } from '../jobs/job.ts';
import { deriveUuid } from '../jobs/stable-ids.ts';
import type { RunFile } from '../protocol/jobs.ts';
import type { ActionsContext } from './actions-context.ts';
import { buildEventPayload } from './actions-event-payload.ts';
import type { ActionsServer } from './actions-server.ts';
import type { RunGrant } from './platform.ts';

/** Files that steps talk to the runner by, by the suffix of their variable (docs: Workflow commands). */
const COMMAND_FILES = {
  ENV: 'set_env',
  OUTPUT: 'set_output',
  PATH: 'add_path',
  STATE: 'save_state',
  STEP_SUMMARY: 'step_summary',
} as const;

const EVENT_FILE = '_github_workflow/event.json';

/** The default variables of a job (docs: Variables reference, "Default environment variables"). */
export function listDefaultVariables(
  job: Job,
  context: ActionsContext,
  server: ActionsServer,
  grant: RunGrant,
): Readonly<Record<string, string>> {
  const { directory, workspace } = grant;
  return {
    CI: 'true',
    GITHUB_ACTION: '__run',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: context.actor,
    GITHUB_ACTOR_ID: context.actorId,
    GITHUB_API_URL: server.apiUrl,
    GITHUB_BASE_REF: context.baseRef,
    GITHUB_EVENT_NAME: context.eventName,
    GITHUB_EVENT_PATH: join(directory, EVENT_FILE),
    GITHUB_GRAPHQL_URL: server.graphqlUrl,
    GITHUB_HEAD_REF: context.headRef,
    GITHUB_JOB: job.jobId,
    GITHUB_REF: context.ref,
    GITHUB_REF_NAME: context.refName,
    GITHUB_REF_PROTECTED: String(context.isRefProtected),
    GITHUB_REF_TYPE: context.refType,
    GITHUB_REPOSITORY: context.repository,
    GITHUB_REPOSITORY_ID: context.repositoryId,
    GITHUB_REPOSITORY_OWNER: context.owner,
    GITHUB_REPOSITORY_OWNER_ID: context.ownerId,
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_RUN_ATTEMPT: context.runAttempt,
    GITHUB_RUN_ID: context.runId,
    GITHUB_RUN_NUMBER: context.runNumber,
    GITHUB_SERVER_URL: server.url,
    GITHUB_SHA: context.sha,
    GITHUB_TRIGGERING_ACTOR: context.actor,
    GITHUB_WORKFLOW: context.workflow,
    GITHUB_WORKFLOW_REF: context.workflowRef,
    GITHUB_WORKFLOW_SHA: context.sha,
    ...(workspace !== undefined && { GITHUB_WORKSPACE: workspace }),
    ...Object.fromEntries(
      Object.entries(COMMAND_FILES).map(([suffix, name]) => [
        `GITHUB_${suffix}`,
        join(directory, placeFile(name, job)),
      ]),
    ),
    RUNNER_ARCH: nameArchitecture(process.arch),
    RUNNER_OS: nameSystem(process.platform),
    RUNNER_TEMP: directory,
    RUNNER_TOOL_CACHE: join(directory, '_tool'),
  };
}

/** The files that these variables name. */
export function listDefaultFiles(job: Job, context: ActionsContext): readonly RunFile[] {
  const once = { mode: 0o600, refreshSeconds: null };
  return [
    { ...once, path: EVENT_FILE, content: `${JSON.stringify(buildEventPayload(job, context), null, 2)}\n` },
    ...Object.values(COMMAND_FILES).map((name) => ({ ...once, path: placeFile(name, job), content: '' })),
  ];
}

/** The file of a command is unique to a step. */
function placeFile(name: string, { runKey, jobId }: Job): string {
  return `_runner_file_commands/${name}_${deriveUuid('step', runKey, jobId)}`;
}

function nameSystem(platform: string): string {
  return { win32: 'Windows', darwin: 'macOS' }[platform] ?? 'Linux';
}

function nameArchitecture(arch: string): string {
  return { ia32: 'X86', arm: 'ARM', arm64: 'ARM64' }[arch] ?? 'X64';
}
