import type { JobTrigger } from '../protocol/jobs.ts';

/**
 * A job as every platform can say it, complete: what git, a workflow file or the caller did not say has a default.
 * Platforms read it and never ask for more; what only one of them knows is an option of that platform.
 */
export interface Job {
  /** Of the issuer that signs, byte for byte. */
  readonly issuerUrl: string;
  /** Base URL of the daemon, without a trailing slash. */
  readonly baseUrl: string;
  /** Names one simulated run: the same for all tokens of a run. Ids that a platform makes up are derived from it. */
  readonly runKey: string;
  readonly trigger: JobTrigger;
  /** The event as it was asked for; a platform translates it to its own name. */
  readonly event: string;
  /** `acme` of `acme/widgets`; `acme/platform` of `acme/platform/widgets`. */
  readonly owner: string;
  readonly repository: string;
  /** Host of the repository, such as `github.com`. */
  readonly host: string;
  readonly visibility: 'public' | 'private' | 'internal';
  /** `refs/heads/…`, `refs/tags/…`; for a pull request the ref that the platform runs (`refs/pull/7/merge`). */
  readonly ref: string;
  readonly refType: 'branch' | 'tag';
  /** `main`, `v1.2.0`. */
  readonly refName: string;
  readonly isRefProtected: boolean;
  /** Of the repository: `main`; null where neither git nor anybody else says it. */
  readonly defaultBranch: string | null;
  /** 40 hex digits. */
  readonly sha: string;
  /** Of a pull request: where it comes from and goes to, as branch names, and its number; null elsewhere. */
  readonly pullRequest: {
    readonly number: number;
    readonly headBranch: string;
    readonly baseBranch: string;
    /** `owner/name` of the fork; null when it comes from the same repository. */
    readonly fork: string | null;
  } | null;
  readonly actor: string;
  readonly actorEmail: string;
  /** Workflow file, relative to the repository: `.github/workflows/deploy.yml`; empty: the platform has a default. */
  readonly workflowFile: string;
  readonly workflowName: string;
  readonly jobId: string;
  readonly environment: string | null;
  /** `O/R/path@ref` of a reusable workflow that holds the job; null when the workflow holds it itself. */
  readonly reusableWorkflow: string | null;
  readonly runNumber: number;
  readonly runAttempt: number;
  /** Seconds; what the workflow file says, or the platform's default. */
  readonly timeoutSeconds: number | null;
  /** What the workflow file says about tokens; null when there is no workflow file. */
  readonly workflow: WorkflowGrant | null;
  /** Every option of the platform, defaults filled in. */
  readonly options: Readonly<Record<string, string>>;
}

/** What a workflow file grants a job. */
export interface WorkflowGrant {
  /** GitHub's `permissions: id-token`, Forgejo's `enable-openid-connect`, Bitbucket's `oidc`; null: nothing said. */
  readonly idToken: boolean | null;
  /** GitLab's `id_tokens`: variable name → `aud` in the form of the file, a text or a list of one or more. */
  readonly idTokens: Readonly<Record<string, string | readonly string[]>>;
}
