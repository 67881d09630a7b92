import type { FeatureContext } from '../../feature-context.ts';
import { isJobChoice, type JobChoice } from './job-choice.ts';

const KEY = 'mintmark.simulatedJob';

type Memory = Pick<FeatureContext['extension'], 'workspaceState'>;

/** The job that was simulated last in this workspace: names only, never a token. */
export function recallJob({ workspaceState }: Memory): JobChoice | undefined {
  const kept = workspaceState.get<unknown>(KEY);
  return isJobChoice(kept) ? kept : undefined;
}

export async function rememberJob(
  { workspaceState }: Memory,
  { slug, file, id, event, ref }: JobChoice,
): Promise<void> {
  await workspaceState.update(KEY, {
    slug,
    ...(file !== undefined && { file }),
    ...(id !== undefined && { id }),
    ...(event !== undefined && { event }),
    ...(ref !== undefined && { ref }),
  });
}
