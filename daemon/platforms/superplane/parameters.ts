import type { Execution } from './execution.ts';

/** The parameter's name when it was first reviewed, then the one that it was merged with: both carry the token. */
const TOKEN_PARAMETERS = ['SUPERPLANE_OIDC_TOKEN', 'SUPERPLANE_OIDC_ASSERTION'] as const;

/** Parameters of a workflow that are SuperPlane's alone. */
export const INJECTED_PARAMETERS: readonly string[] = [
  'SUPERPLANE_EXECUTION_ID',
  'SUPERPLANE_CANVAS_ID',
  ...TOKEN_PARAMETERS,
];

/**
 * The parameters that a workflow is started with. A user's ones of SuperPlane's names are dropped, also where nothing
 * takes their place: a job that is given no token must not find somebody else's.
 */
export function injectParameters(
  own: Readonly<Record<string, string>>,
  { executionId, canvasId }: Pick<Execution, 'executionId' | 'canvasId'>,
  token: string | null,
): Record<string, string> {
  return Object.fromEntries([
    ...Object.entries(own).filter(([name]) => !INJECTED_PARAMETERS.includes(name)),
    ['SUPERPLANE_EXECUTION_ID', executionId],
    ['SUPERPLANE_CANVAS_ID', canvasId],
    ...(token === null ? [] : TOKEN_PARAMETERS.map((name) => [name, token])),
  ]);
}
