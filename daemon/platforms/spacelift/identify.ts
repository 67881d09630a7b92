import type { Job } from '../../jobs/job.ts';
import { MintmarkError } from '../../problem.ts';
import type { JobIdentity } from '../platform.ts';
import { describeRun, type SpaceliftRun } from './run.ts';

const DEFAULT_TEMPLATE = 'space:{spaceId}:{callerType}:{callerId}:run_type:{runType}:scope:{scope}';
const PLACEHOLDERS = ['spaceId', 'spacePath', 'callerType', 'callerId', 'runId', 'runType', 'scope'] as const;

/**
 * What the token of a run says (docs: OpenID Connect).
 * @throws MintmarkError `invalid_request` for a template of `sub` that is none
 */
export function identify(job: Job): JobIdentity {
  const run = describeRun(job);
  const { spaceId, spacePath, callerType, callerId, runType, runId, scope } = run;
  const template = job.options['subject-template'] || DEFAULT_TEMPLATE;
  return {
    subject: fillTemplate(template, run),
    audience: run.accountHost,
    claims: {
      spaceId,
      ...(template.includes('{spacePath}') && { spacePath }),
      callerType,
      callerId,
      runType,
      runId,
      scope,
    },
    refusal: null,
    warnings: [],
  };
}

/** Docs: Customizing the OIDC Subject Claim. */
function fillTemplate(template: string, run: SpaceliftRun): string {
  const text = PLACEHOLDERS.reduce((filled, name) => filled.replaceAll(`{${name}}`, run[name]), template);
  if (!/[{}]/.test(text)) return text;
  const known = PLACEHOLDERS.map((name) => `{${name}}`).join(' ');
  throw new MintmarkError('invalid_request', `options.subject-template: there are only ${known}`);
}
