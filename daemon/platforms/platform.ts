import type { IssuerProfile } from '../issuer/profile.ts';
import type { Job } from '../jobs/job.ts';
import type { JobRefusal, RunFile, RunRelay, RunShim } from '../protocol/jobs.ts';
import type { MintedToken } from '../protocol/resources.ts';
import type { Remember } from './memory.ts';

/**
 * A kind of system that is emulated: everything that makes a job on it different from a job elsewhere. Its folder holds
 * this object and what it is made of; nothing outside the folder knows its name but the registry.
 */
export interface Platform {
  /** As its own documentation writes it. */
  readonly label: string;
  readonly profile: IssuerProfile;
  /** How its jobs get their token, in one sentence for people. */
  readonly delivery: string;
  /** Its own names of events, the most common first. */
  readonly events: readonly string[];
  /**
   * Does `pull_request_target` run on the branch that the pull request goes to? On GitHub, since December 2025, and
   * without it on the default branch.
   */
  readonly runsTargetOnBase?: boolean;
  /** By name; what a caller may say beyond what every job has. */
  readonly options: Readonly<Record<string, PlatformOption>>;
  /** Claims beyond RFC 7519's, by name. A golden token of the reference has exactly those and the registered ones. */
  readonly claims: Readonly<Record<string, ClaimRule>>;
  /** What the token of a job says. Pure: the same job, the same identity. */
  readonly identify: (job: Job) => JobIdentity;
  /** How a process becomes such a job. */
  readonly handOver: (job: Job, grant: RunGrant) => HandOver;
  /**
   * Variables by which clients recognise the platform or find its token: a job inherits nobody's, and has those of its
   * own platform. One that ends in `*` stands for all that begin so.
   */
  readonly markers: readonly string[];
  /** Its own paths below the issuer's URL. */
  readonly routes: readonly PlatformRoute[];
  /** How long a job may run when its workflow file does not say, seconds; a day without it. */
  readonly runSeconds?: number;
  /** The platform's own form of an error that a route of it threw; RFC 9457's without it. */
  readonly describeFailure?: (status: number, text: string) => PlatformAnswer;
  /** What it answers at a path below its issuer's URL that it has not; RFC 9457's form of `not_found` without it. */
  readonly unknownPath?: PlatformAnswer;
  /**
   * Address that a job asks from, where the platform looks at it; null, or without it: the usual one of this machine.
   */
  readonly addressOf?: (job: Job) => string | null;
  /** `iss` of the real platform for this job, for look-alike tokens; null where there is no one real issuer. */
  readonly realIssuer: (job: Job) => string | null;
}

export interface PlatformOption {
  readonly meaning: string;
  readonly default: string;
  /** What it accepts; anything without it. */
  readonly pattern?: RegExp;
}

/** How a claim looks on the wire, and what it means there. */
export interface ClaimRule {
  readonly type: 'string' | 'integer' | 'boolean' | 'array' | 'object' | 'string-or-null';
  readonly meaning: string;
}

export interface JobIdentity {
  readonly subject: string;
  /** `aud` when nobody asks for another one; the platform's own form (text or list). */
  readonly audience: string | readonly string[];
  /** In the platform's order, without the registered claims. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Why this job gets no token there; null: it gets one. */
  readonly refusal: JobRefusal | null;
  /** Why a token for this audience is not issued, whoever asks and how; null: it is. All are without it. */
  readonly refuseAudience?: (audience: string) => string | null;
  readonly warnings: readonly string[];
  /** How long its tokens live; the profile's default without it, seconds. */
  readonly ttlSeconds?: number;
  /**
   * Claims that count from `iat`, seconds, or depend on who the token is for, and so are in no description; `nbf` may be
   * one. They go over `claims`.
   */
  readonly claimsAt?: (issuedAt: number, audience: readonly string[]) => Readonly<Record<string, unknown>>;
}

/** What a run may present: a secret of its own, and where the daemon's routes of this issuer begin. */
export interface RunGrant {
  readonly runId: string;
  /** 64 hex digits; ends with the run. */
  readonly secret: string;
  readonly issuerUrl: string;
  /** Absolute directory that is the run's own; files and sockets go there. */
  readonly directory: string;
  /** Absolute directory that the job works in: its repository's, or where its command is run; unknown without it. */
  readonly workspace?: string;
  /** Why the job gets no token although it starts: then nothing of its environment lets it have one. */
  readonly refusal?: JobRefusal | null;
  /** Signs a token that the job finds in its environment when it starts. @throws MintmarkError `job_refused` */
  readonly mint: (wish: TokenWish) => Promise<MintedToken>;
}

export interface TokenWish {
  readonly audience?: string | readonly string[] | undefined;
  readonly ttlSeconds?: number | undefined;
  readonly subject?: string | undefined;
  /** Go over the job's own claims; `undefined` takes one away. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** Everything that a process needs to be a job; whoever runs it writes the files and opens the doors. */
export interface HandOver {
  readonly variables: () => Promise<Readonly<Record<string, string>>>;
  /** Called again to refresh them. */
  readonly files?: () => Promise<readonly RunFile[]>;
  readonly relays?: readonly RunRelay[];
  /**
   * Programs of the platform that `mintmark shim` stands in for when they are not installed. It asks `requestUrl` by
   * POST with a JSON body; the platform's own route says which members and which scheme of `Authorization` it takes.
   */
  readonly shims?: readonly RunShim[];
  /** What does not work for the job here; a token alone needs none of it. */
  readonly warnings?: readonly string[];
}

/** One HTTP request to a platform's own path, read whole. */
export interface PlatformRequest {
  readonly method: string;
  /** Members of the path by name, decoded. */
  readonly members: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Address of the peer as the kernel says it, without IPv6's `::ffff:`. */
  readonly remoteAddress: string;
}

export interface PlatformAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** More headers, by name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A path below the issuer's URL with `{members}`; it is asked with any method and says itself which it takes. */
export interface PlatformRoute {
  readonly path: string;
  /** How the bytes of a body become its text: UTF-8 without it, one character each for what may be no text. */
  readonly bodyEncoding?: 'latin1';
  readonly answer: (request: PlatformRequest, site: RouteSite) => Promise<PlatformAnswer>;
}

/** A run as routes see it. */
export interface LiveRun {
  readonly id: string;
  readonly job: Job;
  readonly mint: (wish: TokenWish) => Promise<MintedToken>;
}

/** What a route works with. */
export interface RouteSite {
  readonly issuerUrl: string;
  /**
   * The run that presents this secret, if it lives; compared in constant time, every miss costs from one budget.
   * @throws MintmarkError `too_many_requests` when that is spent, or the run's own budget
   *   of tokens; so does `findRunAt`
   */
  readonly findRun: (secret: string | null) => LiveRun | null;
  /** Does any live run ask from this address? It has no budget, and so none that is spent. */
  readonly hasRunAt: (remoteAddress: string) => boolean;
  /** The run that presents this secret if it asks from this address; a miss costs as in `findRun`. */
  readonly findRunAt: (remoteAddress: string, secret: string) => LiveRun | null;
  /** What routes and operations of this issuer remember while the daemon runs. */
  readonly remember: Remember;
}

/** An answer in JSON; `content` must be of a kind that JSON can say. */
export function answerJson(
  status: number,
  content: unknown,
  headers?: Readonly<Record<string, string>>,
): PlatformAnswer {
  const answer = { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(content) };
  return headers === undefined ? answer : { ...answer, headers };
}
