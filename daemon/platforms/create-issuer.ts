import type { IssuerContext } from '../issuer/context.ts';
import { createIssuer } from '../issuer/issuers.ts';
import { toIssuerUrl } from '../issuer/keyring.ts';
import { resolveJob } from '../jobs/resolve-job.ts';
import type { OperationRequest } from '../protocol/operations.ts';
import type { Issuer } from '../protocol/resources.ts';
import { findPlatform } from './registry.ts';

/**
 * Creates an issuer whose options are such as a job of its platform could have.
 * @throws MintmarkError `invalid_request` for others, and what `createIssuer` throws
 */
export async function createPlatformIssuer(
  context: IssuerContext,
  request: OperationRequest<'issuers.create'>,
): Promise<Issuer> {
  const { slug, platform, options } = request;
  if (options !== undefined) {
    const { baseUrl } = context;
    const { options: platformOptions } = findPlatform(platform);
    await resolveJob({ options }, { issuerUrl: toIssuerUrl(baseUrl, slug), baseUrl, runKey: slug, platformOptions });
  }
  return createIssuer(context, request);
}
