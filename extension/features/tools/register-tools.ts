import { Disposable, LanguageModelTextPart, type LanguageModelTool, LanguageModelToolResult, lm } from 'vscode';
import { TOOLS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';

/**
 * Offers what language models may do here. They read without asking; what changes something is confirmed by the person
 * each time, and no answer has a token, a signature or a key in it.
 */
export function registerTools(context: FeatureContext): Disposable {
  const offer = (name: string): LanguageModelTool<unknown> => ({
    async prepareInvocation({ input }) {
      const { prepareTool } = await import('./call-tool.ts');
      return prepareTool(context, name, input);
    },
    async invoke({ input }, cancellation) {
      const { callTool } = await import('./call-tool.ts');
      return new LanguageModelToolResult([
        new LanguageModelTextPart(await callTool(context, name, input, cancellation)),
      ]);
    },
  });
  return Disposable.from(...Object.values(TOOLS).map((name) => lm.registerTool(name, offer(name))));
}
