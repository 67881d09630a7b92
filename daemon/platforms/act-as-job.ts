import { randomUUID } from 'node:crypto';
import type { IssuerContext } from '../issuer/context.ts';
import { ensureIssuer, foreseeIssuer, type IssuerProspect } from '../issuer/ensure-issuer.ts';
import type { IssuerEntry } from '../issuer/keyring.ts';
import { mintToken, type WantedToken } from '../issuer/mint.ts';
import type { Job } from '../jobs/job.ts';
import { type ListedJob, listWorkflowJobs, type ResolvedJob, resolveJob, splitJob } from '../jobs/resolve-job.ts';
import type { PlatformFrame } from '../jobs/situation.ts';
import { PREVIEW_RUN } from '../jobs/stable-ids.ts';
import { MintmarkError } from '../problem.ts';
import type { JobDescription, JobQuery, JobRefusal, UnknownValue, WorkflowJob } from '../protocol/jobs.ts';
import type { OperationOutput, OperationRequest } from '../protocol/operations.ts';
import type { MintedToken } from '../protocol/resources.ts';
import { quoteText } from '../token/quote.ts';
import { identifyJob, SUBJECT_REFUSAL } from './identify-job.ts';
import type { JobIdentity, Platform, TokenWish } from './platform.ts';
import { findPlatform } from './registry.ts';
import { findWorkflowKind, requireOwnWorkflow } from './workflow-platforms.ts';

/** A job on an issuer's platform, with what its token would say. */
export interface DescribedJob {
  readonly issuer: Pick<IssuerProspect, 'url'>;
  readonly platform: Platform;
  readonly job: Job;
  readonly identity: JobIdentity;
  readonly unknowns: readonly UnknownValue[];
  readonly warnings: readonly string[];
}

/** One whose issuer is there and can sign. */
export interface ActingJob extends DescribedJob {
  readonly issuer: IssuerEntry;
}

/**
 * Finds out what job is meant on the platform of an issuer, which is made when it is a platform's first.
 * @param runKey names the run that ids are derived from
 * @throws MintmarkError `issuer_not_found`, `platform_unavailable`, `invalid_request` for what is no job there
 */
export async function actAsJob(
  context: IssuerContext,
  slug: string,
  query: JobQuery,
  runKey: string,
): Promise<ActingJob> {
  const issuer = await ensureIssuer(context, slug);
  return { ...(await lookAtJob(context, slug, query, runKey)), issuer };
}

/** The same for who only looks: no issuer is made. */
async function lookAtJob(context: IssuerContext, slug: string, query: JobQuery, runKey: string): Promise<DescribedJob> {
  const { issuer, platform, frame } = openFrame(context, slug, runKey);
  if (platform.events.length === 0 && (query.event !== undefined || query.job !== undefined)) {
    throw new MintmarkError('invalid_request', 'event, job: this platform has no jobs');
  }
  if (query.job !== undefined) requireOwnWorkflow(issuer.platform, splitJob(query.job).path);
  // Git says nothing about a token that is not a job's.
  const { directory, ...rest } = query;
  const meant: JobQuery = {
    ...(platform.events.length > 0 && directory !== undefined ? { ...rest, directory } : rest),
    options: { ...issuer.options, ...query.options },
  };
  return describeResolved(issuer, platform, await resolveJob(meant, frame));
}

/**
 * Every job of a workflow file with what its token would say, for one event. Nothing is made.
 * @throws MintmarkError as `actAsJob`, `invalid_request` with file and line for what is no workflow
 */
export async function listJobs(
  context: IssuerContext,
  { slug, file, text, ...query }: OperationRequest<'jobs.list'>,
): Promise<OperationOutput<'jobs.list'>> {
  const { issuer, platform, frame } = openFrame(context, slug, PREVIEW_RUN);
  if (platform.events.length === 0) throw new MintmarkError('invalid_request', 'file: this platform has no jobs');
  requireOwnWorkflow(issuer.platform, file);
  const options = { ...issuer.options, ...query.options };
  const listed = await listWorkflowJobs(file, text ?? null, { ...query, options }, frame);
  let length = 0;
  const items = listed.map((found) => {
    const item = describeListed(issuer, platform, found);
    length += JSON.stringify(item).length;
    if (length <= LONGEST_LIST) return item;
    throw new MintmarkError(
      'invalid_request',
      `file: the texts of the jobs of ${quoteText(file)} are too long together`,
    );
  });
  return { items, nextCursor: null };
}

/** Characters of an answer: one long text of a file may be in every job, and several times there. */
const LONGEST_LIST = 4_194_304;

function describeListed(issuer: IssuerProspect, platform: Platform, found: ListedJob): WorkflowJob {
  return {
    id: found.id,
    name: found.name,
    line: found.line,
    environment: found.job.environment,
    rows: found.rows.map((row) => ({ ...row })),
    triggers: found.triggers === null ? null : [...found.triggers],
    isLeftOut: found.isLeftOut,
    description: toJobDescription(describeResolved(issuer, platform, found)),
  };
}

function openFrame(context: IssuerContext, slug: string, runKey: string) {
  const issuer = foreseeIssuer(context, slug);
  const platform = findPlatform(issuer.platform);
  const { options: platformOptions, runsTargetOnBase = false } = platform;
  const { baseUrl } = context;
  const workflowKind = findWorkflowKind(issuer.platform);
  const frame: PlatformFrame = {
    ...{ issuerUrl: issuer.url, baseUrl, runKey, platformOptions, runsTargetOnBase },
    ...(workflowKind !== undefined && { workflowKind }),
  };
  return { issuer, platform, frame };
}

function describeResolved(issuer: IssuerProspect, platform: Platform, resolved: ResolvedJob): DescribedJob {
  const { job, unknowns, warnings } = resolved;
  const identified = identifyJob(platform, job);
  const identity = { ...identified, refusal: identified.refusal ?? resolved.refusal };
  return { issuer, platform, job, identity, unknowns, warnings: [...warnings, ...identity.warnings] };
}

/** Says what the token of a job would say; nothing is minted or made. */
export async function describeJob(
  context: IssuerContext,
  { slug, ...query }: OperationRequest<'jobs.describe'>,
): Promise<JobDescription> {
  return toJobDescription(await lookAtJob(context, slug, query, PREVIEW_RUN));
}

/** What callers see of a job: nothing of it is minted. */
export function toJobDescription({
  issuer,
  platform,
  job,
  identity,
  unknowns,
  warnings,
}: DescribedJob): JobDescription {
  const { subject, audience, claims, refusal } = identity;
  return {
    platform: platform.profile.platform,
    issuer: issuer.url,
    event: job.event,
    refusal,
    subject,
    audience: typeof audience === 'string' ? audience : [...audience],
    claims: { ...claims },
    unknowns: [...unknowns],
    warnings: [...warnings],
  };
}

/**
 * Mints what was asked for: on a platform with jobs, the token of the job that is meant.
 * @throws MintmarkError `job_refused` where the platform would give none, and what `actAsJob` and `mintToken` throw
 */
export async function mintAsJob(
  context: IssuerContext,
  request: OperationRequest<'tokens.mint'>,
): Promise<MintedToken> {
  const { slug, subject, audience, claims, header, ttlSeconds, lookAlike, ...query } = request;
  const acting = await actAsJob(context, slug, query, randomUUID());
  const { platform, job, unknowns, warnings } = acting;
  const real = lookAlike === true ? platform.realIssuer(job) : undefined;
  if (real === null)
    throw new MintmarkError('invalid_request', `lookAlike: ${platform.label} has no issuer of its own`);
  const wish = { subject, audience, claims, ttlSeconds };
  const minted = await mintForJob(context, acting, wish, { header, lookAlikeOf: real });
  return platform.events.length === 0 ? minted : { ...minted, unknowns: [...unknowns], warnings: [...warnings] };
}

/** Mints a token for a job that is known. @throws MintmarkError `job_refused`, and what `mintToken` throws */
export function mintForJob(
  context: IssuerContext,
  { issuer, identity }: Pick<ActingJob, 'issuer' | 'identity'>,
  wish: TokenWish,
  extra: Pick<WantedToken, 'header' | 'lookAlikeOf' | 'detail' | 'requireWanted'> = {},
): Promise<MintedToken> {
  const isOther = wish.subject !== undefined && identity.refusal?.code === SUBJECT_REFUSAL;
  if (identity.refusal !== null && !isOther) throw refuse(identity.refusal);
  const { row, profile } = issuer;
  const { claimsAt } = identity;
  const audience = wish.audience ?? identity.audience;
  const audiences = typeof audience === 'string' ? [audience] : audience;
  for (const member of audiences) {
    const objection = identity.refuseAudience?.(member) ?? null;
    if (objection !== null) throw new MintmarkError('job_refused', objection);
  }
  // A life that the issuer was created with goes before the platform's.
  const isOwnLife = row.tokenTtlSeconds !== profile.defaultTtlSeconds;
  return mintToken(context, {
    slug: row.slug,
    subject: wish.subject ?? identity.subject,
    audience,
    claims: keepDefined({ ...identity.claims, ...wish.claims }),
    claimsAt: claimsAt && ((issuedAt) => keepDefined({ ...claimsAt(issuedAt, audiences), ...wish.claims })),
    ttlSeconds: wish.ttlSeconds ?? (isOwnLife ? undefined : identity.ttlSeconds),
    ...extra,
  });
}

function keepDefined(claims: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

function refuse({ detail, mend }: JobRefusal): MintmarkError {
  return new MintmarkError('job_refused', `${detail} ${mend}`);
}
