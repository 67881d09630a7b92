import { z } from 'zod';

/**
 * Neutral words for what started a job; a platform's own names (`workflow_dispatch`,
 * `merge_request_event`) are taken too.
 */
export const JOB_TRIGGERS = ['push', 'tag', 'pull_request', 'fork', 'schedule', 'manual'] as const;
export type JobTrigger = (typeof JOB_TRIGGERS)[number];

/** Which job is meant: members of every operation that acts as a job. All may be left out: a job has defaults. */
export const jobQuery = {
  /** What started it: one of `JOB_TRIGGERS`, or the platform's own name for it. */
  event: z.string().min(1).max(64).optional(),
  /** `FILE#JOB`: an absolute path of a workflow file and the job in it. */
  job: z.string().min(1).max(4_096).optional(),
  /** Where the repository is, absolute: its git says owner, name, ref, commit and actor. */
  directory: z.string().min(1).max(4_096).optional(),
  /** `refs/heads/…` or `refs/tags/…` instead of what is checked out. */
  ref: z.string().min(1).max(512).optional(),
  /** Which row of a matrix job, as far as it matters. */
  matrix: z.record(z.string().max(128), z.string().max(512)).optional(),
  /** Options of the platform (`platforms.list` names them) and `environment`, `actor`, `repository` and the like. */
  options: z.record(z.string().min(1).max(64), z.string().max(2_048)).optional(),
};
const { job: _, ...jobInFile } = jobQuery;

/** The same for all jobs of a file that is named apart. */
export { jobInFile };

const jobQueryShape = z.object(jobQuery);
export type JobQuery = z.infer<typeof jobQueryShape>;

/** A value that only the platform knows, and what was taken in its place. */
export const unknownValue = z.object({ expression: z.string(), where: z.string(), taken: z.string().nullable() });
export type UnknownValue = z.infer<typeof unknownValue>;

/** Why a job would get no token, in the platform's own words where it has some, and what to change. */
const jobRefusal = z.object({ code: z.string(), detail: z.string(), mend: z.string() });
export type JobRefusal = z.infer<typeof jobRefusal>;

/** What a job's token would say, before there is one. */
export const jobDescription = z.object({
  platform: z.string(),
  issuer: z.string(),
  event: z.string(),
  /** null: the job gets a token. */
  refusal: jobRefusal.nullable(),
  subject: z.string(),
  audience: z.union([z.string(), z.array(z.string())]),
  claims: z.record(z.string(), z.unknown()),
  unknowns: z.array(unknownValue),
  warnings: z.array(z.string()),
});
export type JobDescription = z.infer<typeof jobDescription>;

/** One job of a workflow file; `line` counts from 1. */
export const workflowJob = z.object({
  id: z.string(),
  name: z.string(),
  line: z.number().int(),
  environment: z.string().nullable(),
  /** Rows of its matrix; the description is of the one that was asked for, else of the first. */
  rows: z.array(z.record(z.string(), z.string())),
  /** Events that start it, in the platform's words; null: the file does not say. */
  triggers: z.array(z.string()).nullable(),
  /** Would the event certainly not run it? The warnings say why. */
  isLeftOut: z.boolean(),
  description: jobDescription,
});
export type WorkflowJob = z.infer<typeof workflowJob>;

/** What is known of a platform without asking for a token. */
export const platformInfo = z.object({
  name: z.string(),
  label: z.string(),
  /** How its jobs get their token, in a sentence. */
  delivery: z.string(),
  events: z.array(z.string()),
  options: z.array(z.object({ name: z.string(), meaning: z.string(), default: z.string() })),
  claims: z.array(z.object({ name: z.string(), type: z.string(), meaning: z.string() })),
});
export type PlatformInfo = z.infer<typeof platformInfo>;

/** A simulated job that may ask for tokens until it ends. */
export const run = z.object({
  id: z.string(),
  issuer: z.string(),
  platform: z.string(),
  subject: z.string(),
  /** Absolute; its files are there, if whoever started it wrote some. */
  directory: z.string(),
  startedAt: z.string(),
  /** Its longest life. */
  expiresAt: z.string(),
  /** It ends then when nobody renews it, by the clock of the machine. */
  leaseUntil: z.string(),
  endedAt: z.string().nullable(),
});
export type Run = z.infer<typeof run>;

/** A token file of a run. Whoever runs the job writes it in place, and again after `refreshSeconds`. */
export const runFile = z.object({
  /** Below the run's directory. */
  path: z.string(),
  /** Permissions, octal, as the platform has them. */
  mode: z.number().int(),
  content: z.string(),
  refreshSeconds: z.number().int().nullable(),
});
export type RunFile = z.infer<typeof runFile>;

/**
 * A door that a job reaches without a credential, as on the platform (a metadata server, a socket): whoever runs the
 * job opens it for the job alone and passes requests on to `target`, adding `headers`.
 */
const runRelay = z.object({
  kind: z.enum(['tcp', 'unix']),
  /** Below the run's directory, for `unix`. */
  path: z.string().nullable(),
  target: z.string(),
  headers: z.record(z.string(), z.string()),
  /** Variables of the job; `{address}` stands for host:port or the socket's path. */
  variables: z.record(z.string(), z.string()),
});
export type RunRelay = z.infer<typeof runRelay>;

/** A program that the platform has on a job's PATH and this machine may not: `mintmark shim NAME` behaves like it. */
const runShim = z.object({ name: z.string(), requestUrl: z.string(), requestToken: z.string() });
export type RunShim = z.infer<typeof runShim>;

/** Everything that makes a process a job of the platform. */
export const startedRun = z.object({
  run,
  description: jobDescription,
  /** What a job's request endpoints know it by; ends with the run. */
  requestToken: z.string(),
  variables: z.record(z.string(), z.string()),
  /** Variables that make a process think that it runs elsewhere; a `*` at the end stands for all that begin so. */
  unset: z.array(z.string()),
  files: z.array(runFile),
  relays: z.array(runRelay),
  shims: z.array(runShim),
});
export type StartedRun = z.infer<typeof startedRun>;

/** The lease of a run, seconds: it ends by itself when nobody renews it. */
export const leaseSeconds = z.number().int().min(10).max(86_400);
