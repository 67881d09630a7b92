import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IssuerContext } from '../../issuer/context.ts';
import type { IssuerEntry } from '../../issuer/keyring.ts';
import type { Platform, PlatformAnswer, PlatformRequest, PlatformRoute } from '../../platforms/platform.ts';
import { findPlatform } from '../../platforms/registry.ts';
import { matchPlatformRoute, type RouteMatch } from '../../platforms/route-table.ts';
import type { Runs } from '../../platforms/runs.ts';
import { MintmarkError } from '../../problem.ts';
import { decodeUtf8 } from '../../token/utf8.ts';
import type { AdmittedRequest } from '../guards/admit-request.ts';
import { decodeSegment } from '../guards/request-target.ts';
import { pathForLog } from '../log/log.ts';
import { sendAnswer, sendProblem } from './answer.ts';
import type { ReportFailure } from './failures.ts';
import { readBodyBytes } from './request-body.ts';

/** More than any client of a platform sends. */
const MAX_BODY_BYTES = 64 * 1024;
/** What a gateway says: clients take it for a passing fault and ask again and again (`@actions/core`: ten times). */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);

export interface PlatformRouteOptions {
  readonly issuers: IssuerContext;
  readonly loadRuns: () => Promise<Runs>;
  readonly report: ReportFailure;
}

/** Answers a request to a platform's own path, whatever its method; false when the path is nobody's. */
export type AnswerPlatform = (
  request: IncomingMessage,
  response: ServerResponse,
  admitted: AdmittedRequest,
) => Promise<boolean>;

interface Found extends RouteMatch {
  readonly issuer: IssuerEntry;
  readonly platform: Platform;
}

/**
 * Serves the paths that platforms have below their issuers' URLs. They are for jobs: no page of any origin reaches
 * them, nothing is cached, and an error has the form that the platform's clients read.
 */
export function createPlatformRoutes({ issuers, loadRuns, report }: PlatformRouteOptions): AnswerPlatform {
  const answer = async (
    { issuer, route, members }: Found,
    request: IncomingMessage,
    response: ServerResponse,
    admitted: AdmittedRequest,
  ): Promise<PlatformAnswer> => {
    refusePages(request);
    const decoded = Object.entries(members).map(([name, member]) => [name, decodeSegment(member)] as const);
    const asked: PlatformRequest = {
      method: admitted.method,
      members: Object.fromEntries(decoded),
      query: new URLSearchParams(admitted.query),
      headers: readHeaders(request.rawHeaders),
      body: await readText(request, response, route),
      remoteAddress: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    };
    const runs = await loadRuns();
    return route.answer(asked, runs.openSite(issuer));
  };

  const answerUnknown = (request: IncomingMessage, response: ServerResponse, path: string): boolean => {
    const unknownPath = findIssuer(issuers, path)?.platform.unknownPath;
    if (unknownPath === undefined) return false;
    const { headers } = report(new MintmarkError('not_found'), {
      method: request.method,
      path: pathForLog(request.url),
    });
    send(response, unknownPath, headers);
    return true;
  };

  return async (request, response, admitted) => {
    const found = findRoute(issuers, admitted.path);
    if (found === null) return answerUnknown(request, response, admitted.path);
    try {
      send(response, await answer(found, request, response, admitted));
    } catch (error) {
      const { problem, headers } = report(error, { method: request.method, path: pathForLog(request.url) });
      const status = GATEWAY_STATUSES.has(problem.status) ? 500 : problem.status;
      const described = found.platform.describeFailure?.(status, problem.detail ?? problem.title);
      if (described === undefined) sendProblem(response, { ...problem, status }, headers);
      else send(response, described, headers);
    }
    return true;
  };
}

function findRoute(context: IssuerContext, path: string): Found | null {
  const found = findIssuer(context, path);
  if (found === null) return null;
  const { issuer, platform, below } = found;
  const match = matchPlatformRoute(platform.routes, below);
  return match === null ? null : { ...match, issuer, platform };
}

/** The issuer that a path is below; null: none that is there. */
function findIssuer({ keyring }: IssuerContext, path: string) {
  const [, slug, below] = /^\/issuers\/([a-z0-9-]+)(\/.*)$/.exec(path) ?? [];
  const issuer = slug === undefined ? undefined : keyring.bySlug(slug);
  if (issuer === undefined || below === undefined) return null;
  return { issuer, below, platform: findPlatform(issuer.row.platform) };
}

/** Every browser says where a request comes from (Fetch Metadata §2.1), also one that has no Origin; no job does. */
function refusePages({ headers }: IncomingMessage): void {
  if (headers['sec-fetch-site'] === undefined) return;
  throw new MintmarkError('forbidden_origin', 'A page may not call what is for jobs');
}

/** Names in lower case; where a field is repeated its first line counts. */
function readHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (!headers.has(name)) headers.set(name, rawHeaders[index + 1] ?? '');
  }
  return Object.fromEntries(headers);
}

async function readText(
  request: IncomingMessage,
  response: ServerResponse,
  { bodyEncoding }: PlatformRoute,
): Promise<string> {
  const bytes = await readBodyBytes(request, response, MAX_BODY_BYTES);
  if (bodyEncoding !== undefined) return Buffer.from(bytes).toString(bodyEncoding);
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw new MintmarkError('invalid_request', 'The body is not UTF-8 text', { cause });
  }
}

/** @param more headers that belong to the problem, whatever form it is told in */
function send(
  response: ServerResponse,
  { status, contentType, body, headers = {} }: PlatformAnswer,
  more: readonly string[] = [],
): void {
  if (response.headersSent || response.destroyed) return;
  sendAnswer(response, status, contentType, body, [...Object.entries(headers).flat(), ...more]);
}
