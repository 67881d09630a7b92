import { MintmarkError } from '../../problem.ts';
import { type AddCommand, collect, showExamples } from '../command-entry.ts';
import { readSmallFile } from '../files/read-input.ts';
import { collectPairs } from '../options/claim-options.ts';
import { parseNonEmpty } from '../options/parse-text.ts';
import type { Session } from '../session.ts';
import { drawTable } from '../terminal/text-table.ts';

interface RunWorkflowOptions {
  readonly issuer: string;
  readonly organizationUrl?: string;
  readonly apiTokenFile?: string;
  readonly orgId?: string;
  readonly canvasId?: string;
  readonly nodeId?: string;
  readonly projectId?: string;
  readonly pipelineFile?: string;
  readonly ref?: string;
  readonly commitSha?: string;
  readonly parameter?: readonly string[];
  readonly addOidcAssertion?: boolean;
  readonly keepToken?: boolean;
}

const ISSUER = ['--issuer <slug>', 'an issuer of the platform superplane', parseNonEmpty, 'superplane'] as const;

export const addSuperplane: AddCommand = (program, run) => {
  const superplane = program
    .command('superplane')
    .description('Executes nodes of a SuperPlane canvas that start workflows of Semaphore, real or recorded.')
    .addHelpText('after', showExamples('superplane run-workflow --add-oidc-assertion', 'superplane requests'));

  superplane
    .command('run-workflow')
    .description(
      'Starts a workflow as the component semaphore.runWorkflow does: signs a token of the execution where the node ' +
        'adds one, and hands it over as parameter SUPERPLANE_OIDC_TOKEN and SUPERPLANE_OIDC_ASSERTION. Without ' +
        '--organization-url the workflow goes to a stub of Semaphore, which records it.',
    )
    .option(...ISSUER)
    .option('--organization-url <url>', 'a Semaphore organization, asked with the API token of $SEMAPHORE_API_TOKEN')
    .option('--api-token-file <file>', 'a file with that API token instead', parseNonEmpty)
    .option('--org-id <uuid>', 'organization of the canvas')
    .option('--canvas-id <uuid>', 'the canvas')
    .option('--node-id <id>', 'the node (default: deploy)')
    .option('--project-id <id>', 'the Semaphore project')
    .option('--pipeline-file <file>', 'what the workflow begins with (default: .semaphore/semaphore.yml)')
    .option('--ref <ref>', 'what it runs on (default: refs/heads/main)')
    .option('--commit-sha <sha>', 'the commit; the latest of the ref without it')
    .option('--parameter <name=value>', 'a parameter of the workflow; may be repeated', collect)
    .option('--add-oidc-assertion', 'sign a token of the execution and add it to the parameters')
    .option('--keep-token', 'the stub records the token, too')
    .addHelpText(
      'after',
      showExamples(
        'superplane run-workflow --node-id deploy-production --pipeline-file .semaphore/deploy.yml --add-oidc-assertion',
        'superplane run-workflow --organization-url https://acme.semaphoreci.com --project-id 1e1fcfb5-09c0-487e-b051-2d0b5514c42a',
      ),
    )
    .action((options: RunWorkflowOptions) => run((session) => runWorkflow(session, options)));

  superplane
    .command('executions')
    .description('List what was started since the daemon runs, newest first, and how it ended.')
    .option(...ISSUER)
    .addHelpText('after', showExamples('superplane executions'))
    .action(({ issuer }: { issuer: string }) =>
      run(async (session) => {
        const page = await session.call('superplane.executions', { slug: issuer });
        const rows = page.items.map((one) => [one.executionId, one.output ?? 'runs', one.nodeId, one.workflowUrl]);
        session.print(page, drawTable(['EXECUTION', 'OUTPUT', 'NODE', 'WORKFLOW'], rows, session.width));
        return 0;
      }),
    );

  superplane
    .command('requests')
    .description(
      'List what the stub of Semaphore was asked since the daemon runs, newest first; --json shows all of it.',
    )
    .option(...ISSUER)
    .addHelpText('after', showExamples('superplane requests', "superplane requests --json | jq '.items[0].parameters'"))
    .action(({ issuer }: { issuer: string }) =>
      run(async (session) => {
        const page = await session.call('superplane.requests', { slug: issuer });
        const rows = page.items.map((one) => [
          one.workflow_id,
          one.pipeline_file ?? '',
          one.reference ?? '',
          Object.keys(one.parameters).join(' '),
        ]);
        session.print(page, drawTable(['WORKFLOW', 'PIPELINE FILE', 'REF', 'PARAMETERS'], rows, session.width));
        return 0;
      }),
    );
};

async function runWorkflow(session: Session, options: RunWorkflowOptions): Promise<number> {
  const { issuer, apiTokenFile, parameter = [], ...request } = options;
  const started = await session.call('superplane.runWorkflow', {
    slug: issuer,
    ...request,
    ...(request.organizationUrl !== undefined && {
      apiToken: readApiToken(session, apiTokenFile),
    }),
    parameters: collectPairs(parameter, '--parameter', (text) => text),
  });
  const { executionId, workflowId, pipelineId, parameters } = started;
  session.print(
    started,
    [
      `Execution  ${executionId}`,
      `Workflow   ${workflowId}`,
      `Pipeline   ${pipelineId}`,
      `Parameters ${parameters.join(' ')}`,
    ].join('\n'),
  );
  return 0;
}

/** Never an argument, which every user of the machine could read. @throws MintmarkError `usage` without any */
function readApiToken({ io }: Session, file: string | undefined): string {
  const token = file === undefined ? io.env.SEMAPHORE_API_TOKEN : readSmallFile(file).toString('utf8').trim();
  if (!token) {
    throw new MintmarkError('usage', 'no API token: give it in $SEMAPHORE_API_TOKEN or by --api-token-file');
  }
  return token;
}
