/**
 * Why a tool did nothing, in words for the language model: what is wrong and what it can do next, nothing of a token.
 */
export class ToolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ToolError';
  }
}
