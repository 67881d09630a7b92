import type { Expectation } from '../../daemon/watch-list.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { finishStep } from '../../finish-step.ts';
import type { GatheredToken } from './gather-token.ts';

/** Opens a token in the inspector: as it stands, or held against what the person has just named. */
export async function inspectGathered(
  context: FeatureContext,
  { token, source }: Pick<GatheredToken, 'token' | 'source'>,
  expect: Expectation | null = null,
): Promise<void> {
  const { openInspector } = await import('../inspector/open-inspector.ts');
  openInspector(context, { token, source, expect });
  finishStep('inspect');
}
