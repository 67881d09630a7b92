import { ensureIssuer } from '../../../daemon/issuer/ensure-issuer.ts';
import type { Job } from '../../../daemon/jobs/job.ts';
import { mintForJob } from '../../../daemon/platforms/act-as-job.ts';
import { createMemory } from '../../../daemon/platforms/memory.ts';
import type { Platform, RouteSite } from '../../../daemon/platforms/platform.ts';
import { onlyProfile, openContext } from './open-context.ts';

export const SECRET = 'ab'.repeat(32);

interface Asked {
  readonly method?: string;
  /** With its query, if any. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent as it is. */
  readonly body?: unknown;
}

/** A platform's routes over real keys, with one run of a job that `SECRET` belongs to. */
export async function openSite(platform: Platform, job: Job) {
  const context = await openContext(onlyProfile(platform));
  const issuer = await ensureIssuer(context, platform.profile.platform);
  const run = {
    id: 'run-1',
    job,
    mint: (wish: Parameters<typeof mintForJob>[2]) =>
      mintForJob(context, { issuer, identity: platform.identify(job) }, wish),
  };
  const site: RouteSite = {
    issuerUrl: job.issuerUrl,
    findRun: (secret) => (secret === SECRET ? run : null),
    hasRunAt: () => false,
    findRunAt: () => null,
    remember: createMemory().of(1),
  };
  const documentAt = (path: string) => context.keyring.documentAt(new URL(job.issuerUrl + path).pathname);

  /** The answer whole; `content` is null where it is no JSON. */
  const fetch = async ({ method = 'POST', path: target, headers = {}, body = '' }: Asked) => {
    const [path = '', query = ''] = target.split('?');
    for (const route of platform.routes) {
      const members = matchPath(route.path, path);
      if (members === null) continue;
      const answer = await route.answer(
        {
          method,
          members,
          query: new URLSearchParams(query),
          headers,
          body: typeof body === 'string' ? body : JSON.stringify(body),
          remoteAddress: '127.0.0.1',
        },
        site,
      );
      const content = answer.contentType.includes('json') ? JSON.parse(answer.body) : null;
      return { status: answer.status, content, text: answer.body, type: answer.contentType, headers: answer.headers };
    }
    throw new Error(`No route for ${path}`);
  };
  const ask = async (asked: Asked) => {
    const { status, content } = await fetch(asked);
    return { status, content };
  };
  return { ask, fetch, documentAt };
}

/** The payload of a token, read without a check. */
export function readPayload(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

function matchPath(template: string, path: string): Record<string, string> | null {
  const pattern = template.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  const match = new RegExp(`^${pattern}$`).exec(path);
  return match === null ? null : { ...match.groups };
}
