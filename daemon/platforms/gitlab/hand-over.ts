import type { Job } from '../../jobs/job.ts';
import { MintmarkError } from '../../problem.ts';
import { nameCheckout } from '../checkout.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { isSystemVariable } from '../system-variables.ts';
import { readIdTokens } from './id-tokens.ts';
import { describeVariables } from './variables.ts';

/**
 * One variable for each of the job's `id_tokens`, beside the predefined ones, which none of them may take the place of.
 */
export function handOver(job: Job, grant: RunGrant): HandOver {
  return {
    async variables() {
      const predefined = { ...describeVariables(job), ...nameCheckout('CI_PROJECT_DIR', grant) };
      for (const { variable } of readIdTokens(job)) refuseTakenName(variable, predefined);
      return { ...predefined, ...(await mintIdTokens(job, grant)) };
    },
  };
}

/** @throws MintmarkError `invalid_request` */
function refuseTakenName(variable: string, predefined: Readonly<Record<string, string>>): void {
  const owner = Object.hasOwn(predefined, variable) ? 'GitLab' : isSystemVariable(variable) ? 'the system' : null;
  if (owner === null) return;
  throw new MintmarkError(
    'invalid_request',
    `id_tokens: ${variable} is a variable of ${owner} that the job needs: give the token another name`,
  );
}

async function mintIdTokens(job: Job, grant: RunGrant): Promise<Record<string, string>> {
  const tokens = await Promise.all(
    readIdTokens(job).map(
      async ({ variable, audience }) => [variable, (await grant.mint({ audience })).token] as const,
    ),
  );
  return Object.fromEntries(tokens);
}
