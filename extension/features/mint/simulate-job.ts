import { isJobChoice } from '../workflow/job-choice.ts';
import { pickJob } from '../workflow/pick-job.ts';
import { rememberJob } from '../workflow/remember-job.ts';
import { type MintContext, openMintForm } from './open-mint-form.ts';

/**
 * Shows what the token of a job would say, and lets it be changed, minted or watched: of the job that a lens stands
 * for, else of the one that the person picks.
 */
export async function simulateJob(context: MintContext, argument: unknown): Promise<void> {
  const choice = isJobChoice(argument) ? argument : await pickJob(context);
  if (choice === undefined) return;
  await rememberJob(context.extension, choice);
  openMintForm(context, 'simulate', {}, choice);
}
