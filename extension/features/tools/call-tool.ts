import type { CancellationToken, PreparedToolInvocation } from 'vscode';
import { MintmarkError } from '../../../daemon/problem.ts';
import { redactSecrets } from '../../../daemon/token/redact.ts';
import { ToolError } from './tool-error.ts';
import { createTools, type Tool, type ToolContext } from './tools.ts';
import { writeAnswer } from './write-answer.ts';

/** What the editor asks before it runs a tool. @throws ToolError for an input that the tool would not take */
export function prepareTool(context: ToolContext, name: string, input: unknown): PreparedToolInvocation {
  const confirmationMessages = findTool(context, name).confirm?.(input);
  return confirmationMessages === undefined ? {} : { confirmationMessages };
}

/** Runs a tool. @throws ToolError, the only words about a failure that a language model gets */
export async function callTool(
  context: ToolContext,
  name: string,
  input: unknown,
  cancellation?: Pick<CancellationToken, 'isCancellationRequested'>,
): Promise<string> {
  const isCancelled = () => cancellation?.isCancellationRequested === true;
  try {
    return writeAnswer(await findTool(context, name).run(input, isCancelled));
  } catch (error) {
    if (error instanceof ToolError) throw error;
    context.log.error(name, error);
    if (error instanceof MintmarkError) throw new ToolError(`${error.code}: ${redactSecrets(error.message)}`);
    throw new ToolError('Something went wrong; the log "Mintmark" has the details.');
  }
}

function findTool(context: ToolContext, name: string): Tool {
  const tool = createTools(context)[name];
  if (tool === undefined) throw new ToolError('There is no such tool.');
  return tool;
}
