import { MintmarkError } from '../problem.ts';
import { addIssuer } from './add-issuer.ts';
import { type IssuerContext, requireIssuer } from './context.ts';
import { type IssuerEntry, toIssuerUrl } from './keyring.ts';
import { listDocumentPaths, type PublishedDocument } from './published-documents.ts';

/** This issuer always exists (CONTRACT §1). */
export const DEFAULT_ISSUER_SLUG = 'default';

/**
 * The issuer with this slug. A platform's first issuer is named as the platform and made when it is first asked for.
 * @throws MintmarkError `issuer_not_found`, or `platform_unavailable` for a platform that is not emulated yet
 */
export async function ensureIssuer(context: IssuerContext, slug: string): Promise<IssuerEntry> {
  const known = findMadeIssuer(context, slug);
  return known ?? addMissingIssuer(context, slug, slug);
}

/** What is known of an issuer before it is made: enough to say what its tokens would say. */
export interface IssuerProspect {
  /** `iss` of its tokens. */
  readonly url: string;
  readonly platform: string;
  /** Of the platform, by name. */
  readonly options: Readonly<Record<string, string>>;
}

/**
 * The issuer that `ensureIssuer` would give, as it is or would be; none is made.
 * @throws MintmarkError as `ensureIssuer`
 */
export function foreseeIssuer(context: IssuerContext, slug: string): IssuerProspect {
  const known = findMadeIssuer(context, slug);
  if (known === undefined) return { url: toIssuerUrl(context.baseUrl, slug), platform: slug, options: {} };
  return { url: known.url, platform: known.row.platform, options: known.row.options };
}

/** undefined for a platform's first issuer that nobody asked for yet. */
function findMadeIssuer(context: IssuerContext, slug: string): IssuerEntry | undefined {
  const known = context.keyring.bySlug(slug);
  if (known !== undefined) return known;
  const profile = context.profiles.get(slug);
  if (profile === undefined) return requireIssuer(context, slug);
  if (profile === null) throw new MintmarkError('platform_unavailable', `${slug} is not emulated yet`);
  return undefined;
}

/** Makes the issuer that always exists when it is not there yet. */
export async function ensureDefaultIssuer(context: IssuerContext): Promise<void> {
  if (context.keyring.bySlug(DEFAULT_ISSUER_SLUG) === undefined) {
    await addMissingIssuer(context, DEFAULT_ISSUER_SLUG, 'generic');
  }
}

/** However many ask for it at once, it is made once. */
function addMissingIssuer(context: IssuerContext, slug: string, platform: string): Promise<IssuerEntry> {
  const underway = context.issuersUnderway.get(slug);
  if (underway !== undefined) return underway;
  const adding = addIssuer(context, { slug, platform })
    .catch((error: unknown) => {
      if (error instanceof MintmarkError && error.code === 'issuer_exists') return requireIssuer(context, slug);
      throw error;
    })
    .finally(() => context.issuersUnderway.delete(slug));
  context.issuersUnderway.set(slug, adding);
  return adding;
}

/**
 * The public document at a request path, query excluded. Asking for one of a platform's first issuer makes that issuer.
 */
export async function findPublishedDocument(
  context: IssuerContext,
  path: string,
): Promise<PublishedDocument | undefined> {
  const promised = findPromisedIssuer(context, path);
  if (promised !== undefined) await ensureIssuer(context, promised);
  return context.keyring.documentAt(path);
}

/** Is a public document at this path, or will it be once somebody asks for it? */
export function isPublishedPath(context: IssuerContext, path: string): boolean {
  return context.keyring.documentAt(path) !== undefined || findPromisedIssuer(context, path) !== undefined;
}

/** The slug of the issuer, not yet made, that a document at this path would be of. */
function findPromisedIssuer({ baseUrl, keyring, profiles }: IssuerContext, path: string): string | undefined {
  const slug = /\/issuers\/([a-z0-9-]+)(?:\/|$)/.exec(path)?.[1];
  if (slug === undefined || keyring.bySlug(slug) !== undefined) return undefined;
  const profile = profiles.get(slug);
  if (!profile) return undefined;
  return listDocumentPaths(toIssuerUrl(baseUrl, slug), profile).includes(path) ? slug : undefined;
}
