import { ensureIssuer } from '../../../daemon/issuer/ensure-issuer.ts';
import { completeJob, type JobFacts } from '../../../daemon/jobs/complete-job.ts';
import type { Job } from '../../../daemon/jobs/job.ts';
import { mintForJob } from '../../../daemon/platforms/act-as-job.ts';
import type { Platform, RunGrant } from '../../../daemon/platforms/platform.ts';
import type { JobTrigger } from '../../../daemon/protocol/jobs.ts';
import type { MintedToken } from '../../../daemon/protocol/resources.ts';
import { BASE_URL, NOW, onlyProfile, openContext } from './open-context.ts';

interface Sample {
  readonly trigger?: JobTrigger;
  readonly event?: string;
  readonly facts?: JobFacts;
  readonly options?: Readonly<Record<string, string>>;
}

/** A job of a platform as a caller without a repository would get it. */
export function sampleJob(
  platform: Platform,
  { trigger = 'push', event = trigger, facts = {}, options = {} }: Sample = {},
): Job {
  const defaults = Object.entries(platform.options).map(([name, option]) => [name, option.default]);
  return completeJob(
    {
      issuerUrl: `${BASE_URL}/issuers/${platform.profile.platform}`,
      baseUrl: BASE_URL,
      runKey: 'sample',
      trigger,
      event,
      options: { ...Object.fromEntries(defaults), ...options },
    },
    facts,
  );
}

/** Mints the token of a job with real keys in a real store. */
export async function mintSample(
  platform: Platform,
  job: Job,
  audience?: string | readonly string[],
): Promise<MintedToken> {
  const context = await openContext(onlyProfile(platform));
  const issuer = await ensureIssuer(context, platform.profile.platform);
  return mintForJob(context, { issuer, identity: platform.identify(job) }, { audience });
}

/** A grant whose tokens are marked with what was asked for, to look at a hand-over without a daemon. */
export function sampleGrant(job: Job): RunGrant {
  return {
    runId: 'run-1',
    secret: 'ab'.repeat(32),
    issuerUrl: job.issuerUrl,
    directory: '/run-directory',
    mint: async (wish) => ({
      token: `token for ${JSON.stringify(wish.audience ?? null)}`,
      jti: 'jti-1',
      kid: 'kid-1',
      issuer: job.issuerUrl,
      header: {},
      claims: { iat: NOW / 1_000, exp: NOW / 1_000 + (wish.ttlSeconds ?? 3_600), aud: wish.audience ?? null },
      expiresAt: new Date(NOW + 3_600_000).toISOString(),
    }),
  };
}

/** Name → type of each member, as a golden claim set says it. */
export function describeTypes(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, describeType(value)]));
}

function describeType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
