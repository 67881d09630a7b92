import { MintmarkError } from '../../problem.ts';
import { readBearer } from '../bearer-token.ts';
import type { LiveRun, PlatformAnswer, PlatformRequest, PlatformRoute, RouteSite } from '../platform.ts';
import { answerJsonText, answerText, refuse } from './answers.ts';
import { listFullClaims, STANDARD_CLAIMS } from './identify.ts';
import { describeInstance } from './instance.ts';
import {
  describeMetadata,
  findMetadata,
  formatRecursive,
  formatText,
  isDirectory,
  type Metadata,
  toRecursive,
} from './metadata-tree.ts';

const ROOT = '/computeMetadata/v1';
/** Of `instance/service-accounts/default/identity`. */
const DEEPEST = 4;

/** Below the root, each depth with and without the slash of a directory. */
const PATHS = Array.from({ length: DEEPEST + 1 }, (_, depth) => {
  const members = Array.from({ length: depth }, (_member, at) => `/{segment${at}}`).join('');
  return [`${ROOT}${members}`, `${ROOT}${members}/`];
}).flat();

/**
 * The metadata server (docs: About VM metadata), for the relay that every process of the job reaches without a
 * credential; the relay adds the run's. Which path asks for what is told apart here: a directory may be listed.
 */
export const routes: readonly PlatformRoute[] = [
  // Where clients look whether there is a metadata server at all, before they send its header.
  { path: '/', answer: (request, site) => answerListing(request, site, 'computeMetadata/\n') },
  { path: '/computeMetadata/', answer: (request, site) => answerListing(request, site, 'v1/\n') },
  ...PATHS.map((path) => ({ path, answer: answerMetadata })),
];

async function answerListing(request: PlatformRequest, site: RouteSite, text: string): Promise<PlatformAnswer> {
  const run = admit(request, site);
  return 'status' in run ? run : answerText(200, text);
}

async function answerMetadata(request: PlatformRequest, site: RouteSite): Promise<PlatformAnswer> {
  const run = admit(request, site);
  if ('status' in run) return run;
  if (request.headers['metadata-flavor'] !== 'Google') return refuse(403, 'Missing Metadata-Flavor:Google header.');
  const segments = Object.values(request.members);
  const node = findMetadata(describeMetadata(run.job), segments);
  if (node === null) return refuse(404, 'The requested URL was not found on this server.');
  if (segments.length === DEEPEST && segments[3] === 'identity') return answerIdentity(request.query, run);
  return isDirectory(node) ? answerDirectory(request.query, node) : answerValue(request.query, node);
}

function answerValue(query: URLSearchParams, node: Metadata): PlatformAnswer {
  return query.get('alt') === 'json' ? answerJsonText(toRecursive(node)) : answerText(200, formatText(node));
}

/** One that is asked for whole is JSON unless it is to be text; a listing is always text. */
function answerDirectory(query: URLSearchParams, node: Metadata): PlatformAnswer {
  if (query.get('recursive')?.toLowerCase() !== 'true') return answerText(200, formatText(node));
  return query.get('alt') === 'text' ? answerText(200, formatRecursive(node)) : answerJsonText(toRecursive(node));
}

/** `?audience=…[&format=standard|full[&licenses=TRUE]]`; the words for another format are ours. */
async function answerIdentity(query: URLSearchParams, run: LiveRun): Promise<PlatformAnswer> {
  const audience = query.get('audience')?.trim();
  if (!audience) return answerText(400, 'non-empty audience parameter required\n', 'text/html');
  const format = query.get('format') ?? 'standard';
  if (format !== 'full' && format !== 'standard') return answerText(400, 'unknown format\n', 'text/html');
  const hasLicenses = query.get('licenses')?.toUpperCase() === 'TRUE';
  const claims = format === 'standard' ? STANDARD_CLAIMS : listFullClaims(describeInstance(run.job), hasLicenses);
  try {
    const { token } = await run.mint({ audience, claims });
    return answerText(200, token, 'text/html');
  } catch (error) {
    if (error instanceof MintmarkError) return refuse(400, error.message);
    throw error;
  }
}

/** What a proxy passes on was not asked by the instance itself (docs: VM metadata). */
function admit({ method, headers }: PlatformRequest, site: RouteSite): LiveRun | PlatformAnswer {
  if (headers['x-forwarded-for'] !== undefined) return refuse(403, 'A request with X-Forwarded-For is not answered.');
  const run = site.findRun(readBearer(headers.authorization));
  if (run === null) return refuse(403, 'Only a job that runs reaches its metadata server.');
  return method === 'GET' || method === 'HEAD' ? run : refuse(405, 'The server reads only.');
}
