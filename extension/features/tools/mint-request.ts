import type { OperationInput } from '../../../daemon/protocol/operations.ts';
import { toJobQuery } from '../workflow/job-choice.ts';
import { findWorkspaceJob } from './find-workspace-job.ts';
import { readToolInput } from './tool-input.ts';

const DESTINATIONS = ['watch', 'clipboard'] as const;
export type Destination = (typeof DESTINATIONS)[number];

export interface MintRequest {
  readonly mint: OperationInput<'tokens.mint'>;
  readonly destination: Destination;
}

const MEMBERS = ['issuer', 'event', 'job', 'subject', 'audience', 'claims', 'ttlSeconds', 'destination'];
const LONGEST_EVENT = 64;
const LONGEST_SUBJECT = 255;
const LONGEST_TTL_SECONDS = 86_400;

/** What a language model wants to be minted. The person confirms exactly this. @throws ToolError */
export function readMintRequest(input: unknown): MintRequest {
  const { slug: readSlug, text, count, claims: readClaims, choice } = readToolInput(input, MEMBERS);
  const slug = readSlug('issuer') ?? 'default';
  const event = text('event', LONGEST_EVENT);
  const job = text('job');
  const subject = text('subject', LONGEST_SUBJECT);
  const audience = text('audience');
  const claims = readClaims('claims');
  const ttlSeconds = count('ttlSeconds', LONGEST_TTL_SECONDS);
  return {
    mint: {
      slug,
      ...toJobQuery({ slug, ...(event !== undefined && { event }), ...(job !== undefined && findWorkspaceJob(job)) }),
      ...(subject !== undefined && { subject }),
      ...(audience !== undefined && { audience }),
      ...(claims !== undefined && { claims }),
      ...(ttlSeconds !== undefined && { ttlSeconds }),
    },
    destination: choice('destination', DESTINATIONS) ?? 'watch',
  };
}
