import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

/** Spacelift's custom claims (docs: OpenID Connect, "Custom claims"). */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  spaceId: text('Id of the space that the run is in.'),
  spacePath: text('Spaces from the root down; only where the template of sub names it.'),
  callerType: text('Who owns the run: stack or module.'),
  callerId: text('Id of that stack or module.'),
  runType: text('PROPOSED, TRACKED, TASK, TESTING or DESTROY.'),
  runId: text('Id of the run.'),
  scope: text('read while changes are planned, write when they may be made; advice, no limit.'),
};
