import type { Job } from '../../jobs/job.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { readIdTokens } from './id-tokens.ts';
import { describeVariables } from './variables.ts';

/** One variable for each of the job's `id_tokens`, beside the predefined ones. */
export function handOver(job: Job, grant: RunGrant): HandOver {
  return { variables: async () => ({ ...describeVariables(job), ...(await mintIdTokens(job, grant)) }) };
}

async function mintIdTokens(job: Job, grant: RunGrant): Promise<Record<string, string>> {
  const tokens = await Promise.all(
    readIdTokens(job).map(
      async ({ variable, audience }) => [variable, (await grant.mint({ audience })).token] as const,
    ),
  );
  return Object.fromEntries(tokens);
}
