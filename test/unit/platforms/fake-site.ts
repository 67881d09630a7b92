import type { Job } from '../../../daemon/jobs/job.ts';
import { createMemory } from '../../../daemon/platforms/memory.ts';
import type {
  LiveRun,
  PlatformAnswer,
  PlatformRequest,
  PlatformRoute,
  RouteSite,
  TokenWish,
} from '../../../daemon/platforms/platform.ts';
import { sampleGrant } from './sample-job.ts';

/** A daemon without a network: one live run, and what it was asked to sign. */
export function openFakeSite(job: Job, mint = sampleGrant(job).mint) {
  const { secret, runId } = sampleGrant(job);
  const wishes: TokenWish[] = [];
  const run: LiveRun = {
    id: runId,
    job,
    mint: async (wish) => {
      wishes.push(wish);
      return mint(wish);
    },
  };
  const site: RouteSite = {
    issuerUrl: job.issuerUrl,
    findRun: (presented) => (presented === secret ? run : null),
    hasRunAt: () => false,
    findRunAt: () => null,
    remember: createMemory().of(1),
  };
  return { site, wishes, secret };
}

/** Asks the route of a request endpoint as a URL says it; the member `{run}` is read from the path. */
export async function askRoute(
  route: PlatformRoute | undefined,
  site: RouteSite,
  url: string,
  request: Partial<PlatformRequest> = {},
): Promise<{ answer: PlatformAnswer; body: Record<string, unknown> }> {
  if (route === undefined) throw new Error('The platform has no route');
  const { pathname, searchParams } = new URL(url);
  const path = pathname.slice(new URL(site.issuerUrl).pathname.length);
  const pattern = new RegExp(`^${route.path.replace('{run}', '(?<run>[^/]+)')}$`);
  const answer = await route.answer(
    {
      method: 'GET',
      members: { ...pattern.exec(path)?.groups },
      query: searchParams,
      headers: {},
      body: '',
      remoteAddress: '127.0.0.1',
      ...request,
    },
    site,
  );
  const body: unknown = answer.contentType.startsWith('application/json') ? JSON.parse(answer.body) : {};
  return { answer, body: { ...(body as object) } };
}
