import type { Job } from '../../jobs/job.ts';
import type { TokenWish } from '../platform.ts';
import { type Build, describeBuild } from './build.ts';
import { AWS_TAGS } from './claims.ts';
import { describeClaims } from './identify.ts';

/** Ids that never change, and so may be `sub` (docs: buildkite-agent oidc, "Custom subject claims"). */
const SUBJECT_CLAIMS: ReadonlySet<string> = new Set([
  'organization_id',
  'pipeline_id',
  'cluster_id',
  'queue_id',
  'build_id',
  'job_id',
  'agent_id',
]);

/** What a job asks for beside audience and lifetime. */
export interface ClaimWish {
  readonly claims: readonly string[];
  readonly tags: readonly string[];
  /** null: the usual `sub`. */
  readonly subjectClaim: string | null;
}

/**
 * Turns the names that were asked for into claims; a text says why it cannot be done. Buildkite does not document its
 * texts for that, nor what an agent tag that the agent does not have becomes: here it is refused.
 */
export function pickClaims(job: Job, { claims, tags, subjectClaim }: ClaimWish): TokenWish | string {
  const build = describeBuild(job);
  const usual = describeClaims(job, build);
  const known: Readonly<Record<string, unknown>> = { ...usual, ...describeOptionalClaims(job, build) };
  const unknown = [...claims, ...tags].find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) return `Claim '${unknown}' is not supported`;
  if (subjectClaim !== null && !SUBJECT_CLAIMS.has(subjectClaim)) {
    return `Claim '${subjectClaim}' is not supported as a subject`;
  }
  const added = [...claims, ...(subjectClaim === null ? [] : [subjectClaim])].filter(
    (name) => !Object.hasOwn(usual, name),
  );
  return {
    subject: subjectClaim === null ? undefined : String(known[subjectClaim]),
    claims: {
      ...Object.fromEntries(added.map((name) => [name, known[name]])),
      ...(tags.length > 0 && {
        // AWS takes texts only: numbers become one, null the empty one.
        [AWS_TAGS]: { principal_tags: Object.fromEntries(tags.map((name) => [name, [String(known[name] ?? '')]])) },
      }),
    },
  };
}

function describeOptionalClaims({ options }: Job, build: Build): Readonly<Record<string, string>> {
  return {
    organization_id: build.organizationId,
    pipeline_id: build.pipelineId,
    build_id: build.buildId,
    cluster_id: build.clusterId,
    cluster_name: options.cluster ?? 'default',
    queue_id: build.queueId,
    queue_key: options.queue ?? 'default',
    ...Object.fromEntries(Object.entries(build.agentTags).map(([name, value]) => [`agent_tag:${name}`, value])),
  };
}
