import { join } from 'node:path';
import type { Job } from '../../jobs/job.ts';
import { describeTokenFile } from '../describe-token-file.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { describeMachine } from './machine.ts';

const SOCKET = 'fly-api.sock';
const TOKEN_FILE = '.fly/oidc_token';

/** The machine's API by a socket, and the token file that init writes where AWS_ROLE_ARN is set. */
export function handOver(job: Job, grant: RunGrant): HandOver {
  return {
    variables: async () => ({ ...describeVariables(job), ...describeRole(job, grant.directory) }),
    files: async () =>
      job.options['aws-role-arn']
        ? [describeTokenFile(TOKEN_FILE, await grant.mint({ audience: 'sts.amazonaws.com' }))]
        : [],
    relays: [
      {
        kind: 'unix',
        path: SOCKET,
        target: grant.issuerUrl,
        headers: { authorization: `Bearer ${grant.secret}` },
        variables: { FLY_API_SOCKET: '{address}' },
      },
    ],
  };
}

/** Which session name init takes is not documented: here it is the machine's id. */
function describeRole(job: Job, directory: string): Readonly<Record<string, string>> {
  const role = job.options['aws-role-arn'];
  if (!role) return {};
  return {
    AWS_ROLE_ARN: role,
    AWS_ROLE_SESSION_NAME: describeMachine(job).id,
    AWS_WEB_IDENTITY_TOKEN_FILE: join(directory, TOKEN_FILE),
  };
}

/**
 * docs: The Machine Runtime Environment. Its addresses are left out: a process that listens on them would fail here.
 */
function describeVariables(job: Job): Readonly<Record<string, string>> {
  const machine = describeMachine(job);
  return {
    FLY_ALLOC_ID: machine.id,
    FLY_APP_NAME: machine.app,
    FLY_IMAGE_REF: `registry.fly.io/${machine.image}`,
    FLY_MACHINE_ID: machine.id,
    FLY_MACHINE_VERSION: machine.version,
    FLY_PROCESS_GROUP: 'app',
    FLY_REGION: machine.region,
    FLY_VM_MEMORY_MB: '256',
    PRIMARY_REGION: machine.region,
  };
}
