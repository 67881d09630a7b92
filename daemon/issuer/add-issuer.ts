import { MintmarkError } from '../problem.ts';
import type { SigningAlgorithm } from '../protocol/resources.ts';
import { writeDuration } from '../token/time-words.ts';
import { openKeyChange } from './change-keys.ts';
import { type IssuerContext, requireIssuer } from './context.ts';
import type { IssuerEntry } from './keyring.ts';
import { generateNewKey } from './new-key.ts';
import { requireProfile } from './profile.ts';

export interface NewIssuer {
  readonly slug: string;
  readonly platform: string;
  readonly alg?: SigningAlgorithm | undefined;
  readonly tokenTtlSeconds?: number | undefined;
  /** Of the platform, by name: the caller has looked at them. */
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/**
 * Creates an issuer with its first signing key, in one transaction.
 * @throws MintmarkError `issuer_exists`, `platform_unknown`, `platform_unavailable`, `algorithm_unsupported`,
 *   `ttl_out_of_range`, `invalid_request` for another platform's name as slug
 */
export async function addIssuer(context: IssuerContext, wanted: NewIssuer): Promise<IssuerEntry> {
  const { slug, platform } = wanted;
  const profile = requireProfile(context.profiles, platform);
  if (context.profiles.has(slug) && slug !== platform) {
    throw new MintmarkError('invalid_request', `The slug ${slug} is kept for an issuer of that platform`);
  }
  const tokenTtlSeconds = wanted.tokenTtlSeconds ?? profile.defaultTtlSeconds;
  if (tokenTtlSeconds < profile.minTtlSeconds || tokenTtlSeconds > profile.maxTtlSeconds) {
    throw new MintmarkError(
      'ttl_out_of_range',
      `A token of ${platform} lives ${writeDuration(profile.minTtlSeconds)} to ${writeDuration(profile.maxTtlSeconds)}`,
    );
  }
  refuseExisting(context, slug);
  const key = await generateNewKey(context, profile, wanted.alg ?? profile.defaultAlgorithm);

  const issuerId = context.store.transaction(() => {
    // Another caller may have been faster while the key was generated.
    refuseExisting(context, slug);
    const row = {
      slug,
      platform,
      alg: key.alg,
      tokenTtlSeconds,
      rotateEverySeconds: null,
      options: wanted.options ?? {},
      createdAt: context.clock.now(),
    };
    const id = context.store.issuers.insert(row);
    const change = openKeyChange(context, { ...row, id, deletedAt: null }, profile);
    change.log('issuer.created', null, { slug, platform });
    change.activate(change.publish(key));
    return id;
  });
  context.keyring.refresh(issuerId);
  const entry = requireIssuer(context, slug);
  context.changes.announce({ issuerUrl: entry.url, kind: 'issuer' });
  return entry;
}

function refuseExisting(context: IssuerContext, slug: string): void {
  if (context.keyring.bySlug(slug) !== undefined) {
    throw new MintmarkError('issuer_exists', `An issuer ${slug} exists`);
  }
}
