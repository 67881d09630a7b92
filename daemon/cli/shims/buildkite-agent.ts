import { MintmarkError } from '../../problem.ts';
import { readFlags } from './read-flags.ts';
import type { ReadWords } from './shim.ts';

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;
const yes = { type: 'boolean' } as const;

/** Flags of `oidc request-token` (buildkite/agent, clicommand/oidc_request_token.go), then those of every command. */
const FLAGS = {
  audience: text,
  lifetime: text,
  job: text,
  claim: list,
  'aws-session-tag': list,
  'subject-claim': text,
  'skip-redaction': yes,
  format: text,
  'agent-access-token': text,
  endpoint: text,
  'no-http2': yes,
  'debug-http': yes,
  'trace-http': yes,
  'no-color': yes,
  debug: yes,
  'log-level': text,
  experiment: list,
  profile: text,
} as const;

/** The end of the URL at which the Agent API gives tokens of the run's own job. */
const OWN_JOB = /\/jobs\/[^/]+\/oidc\/tokens$/;

/** Statuses by which the Agent API says that it will give no token, and the agent's exit code for them (the same file). */
const REFUSING: ReadonlySet<number> = new Set([400, 401, 403, 404, 410, 422]);
const REFUSED = 77;

/**
 * `buildkite-agent oidc request-token`: asks for a token of the job that it runs in. What no flag says is taken from the
 * variables to which the agent binds its flags; `audience`, `lifetime` and `format` have none.
 */
export const readBuildkiteAgentWords: ReadWords = (words, env) => {
  if (words.slice(0, 2).join(' ') !== 'oidc request-token') return null;
  const flags = readFlags(words.slice(2), FLAGS);
  const claims = splitAll(flags.claim ?? [env.BUILDKITE_OIDC_TOKEN_CLAIMS ?? '']);
  const tags = splitAll(flags['aws-session-tag'] ?? [env.BUILDKITE_OIDC_TOKEN_AWS_SESSION_TAGS ?? '']);
  const subjectClaim = flags['subject-claim'] ?? env.BUILDKITE_OIDC_TOKEN_SUBJECT_CLAIM;
  const job = flags.job ?? env.BUILDKITE_JOB_ID;
  if (!job) throw new MintmarkError('usage', 'name the job with --job or BUILDKITE_JOB_ID');
  return {
    scheme: 'Token',
    body: {
      ...(flags.audience && { audience: flags.audience }),
      ...(flags.lifetime !== undefined && { lifetime: readLifetime(flags.lifetime) }),
      ...(claims.length > 0 && { claims }),
      ...(tags.length > 0 && { aws_session_tags: tags }),
      ...(subjectClaim && { subject_claim: subjectClaim }),
    },
    show: flags.format === 'gcp' ? showForGoogle : showPlain(flags.format),
    locate: (requestUrl) => requestUrl.replace(OWN_JOB, () => `/jobs/${encodeURIComponent(job)}/oidc/tokens`),
    exitCodeOf: (status) => (REFUSING.has(status) ? REFUSED : null),
  };
};

/** The agent's flags that take several values take them with commas, too. */
function splitAll(values: readonly string[]): string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

function readLifetime(seconds: string): number {
  if (!/^\d{1,9}$/.test(seconds)) throw new MintmarkError('usage', '--lifetime is a number of seconds');
  return Number(seconds);
}

function showPlain(format = 'jwt'): (token: string) => string {
  if (format !== 'jwt') throw new MintmarkError('usage', '--format is jwt or gcp');
  return (token) => `${token}\n`;
}

/** What Google's libraries read from an executable credential source (google.aip.dev/auth/4117). */
function showForGoogle(token: string): string {
  const answer = { id_token: token, token_type: 'urn:ietf:params:oauth:token-type:jwt', version: 1, success: true };
  return `${JSON.stringify(answer)}\n`;
}
